import { learns } from '../party.ts'
import type { Conversation, Stage } from '../stage.ts'

export async function hangUp({ transcript }: Stage, { alice, bob, call }: Conversation): Promise<void> {
  transcript.section(
    'Hang up',
    'Either party ends the call; the other is told, with its duration, and both are Available again.',
  )
  const over = bob.client.currentCall?.until('over')
  call.hangup()
  await over
  await Promise.all([learns(alice, bob, 'Available'), learns(bob, alice, 'Available')])
}

export async function logOut({ transcript }: Stage, { alice, bob }: Conversation): Promise<void> {
  transcript.section('Log out', 'The connection stays open and could log in again. The session is over.')
  await alice.client.logout()
  await learns(bob, alice, 'Disconnected')
  await bob.client.logout()
}
