import type { Dice } from '../../support/dice.ts'
import type { Party } from './two-in-a-call.ts'
import { next, pause, until } from './wait-for.ts'

const ROUNDS = 50
const DEEDS = ['restart', 'send', 'receive', 'hold', 'resume'] as const

/**
 * Both change what they send at the same moment, again and again, and mostly before the last change is agreed on. In the end
 * nobody holds the call, and the two agree.
 */
export async function storm(dice: Dice, parties: readonly [Party, Party]): Promise<string> {
  for (let round = 0; round < ROUNDS; round++) {
    for (const party of parties) act(party, dice.pick(DEEDS))
    await pause(dice.between(0, 30))
  }
  for (const { call } of parties) call.hold(false)
  await until('an agreement after the storm', () => {
    const sections = parties.map(({ media }) => agreed(media.peerConnection))
    return sections.every((list) => list !== undefined && list === sections[0])
  })
  const [alice, bob] = parties
  const heard = message(bob)
  alice.media.channel?.send('still there')
  return heard
}

function act({ call, media }: Party, deed: (typeof DEEDS)[number]): void {
  const { peerConnection } = media
  switch (deed) {
    case 'restart':
      peerConnection.restartIce()
      return
    case 'send':
      peerConnection.addTransceiver('audio', { direction: 'sendonly' })
      return
    case 'receive':
      peerConnection.addTransceiver('video', { direction: 'recvonly' })
      return
    case 'hold':
    case 'resume':
      call.hold(deed === 'hold')
      return
    default:
      deed satisfies never
  }
}

/** What the connection has settled on: its sections; undefined while something is under way. */
function agreed(connection: RTCPeerConnection): string | undefined {
  if (connection.signalingState !== 'stable' || connection.connectionState !== 'connected') return undefined
  const transceivers = connection.getTransceivers()
  if (transceivers.some(({ mid, currentDirection }) => mid === null || currentDirection === null))
    return undefined
  return [...(connection.localDescription?.sdp ?? '').matchAll(/^a=mid:.*$/gm)].join()
}

async function message({ media }: Party): Promise<string> {
  const channel = media.channel ?? (await next(media, 'channel'))
  return new Promise((resolve) => {
    channel.addEventListener('message', ({ data }) => {
      resolve(String(data))
    })
  })
}
