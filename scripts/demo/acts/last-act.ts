import { granted, learns } from '../party.ts'
import type { Conversation, Stage } from '../stage.ts'

export async function hangUp({ transcript }: Stage, { alice, bob, callId }: Conversation): Promise<void> {
  transcript.section(
    'Hang up',
    'Either party ends the call; the other is told, with its duration, and both are Available again.',
  )
  alice.client.send({ type: 'HANGUP', payload: { call_id: callId } })
  await bob.client.next('HANGUP')
  await Promise.all([learns(alice, bob, 'Available'), learns(bob, alice, 'Available')])
}

export async function logOut({ transcript }: Stage, { alice, bob }: Conversation): Promise<void> {
  transcript.section('Log out', 'The connection stays open and could log in again. The session is over.')
  granted(await alice.client.logOut())
  await learns(bob, alice, 'Disconnected')
  granted(await bob.client.logOut())
}
