/*
 * `scenario.ts URL tracks|storm|room [SEED]`: two in a call or three in a room over that server, in a process of its own, because @roamhq/wrtc with a
 * track now and then crashes as its process ends; this one is killed. Its last line of output is what happened, as JSON.
 */
import { createDice } from '../../support/dice.ts'
import { picture, streamOf, tone } from './sources.ts'
import { storm } from './storm.ts'
import { threeInARoom } from './three-in-a-room.ts'
import { playWithTracks } from './tracks.ts'
import { twoInACall } from './two-in-a-call.ts'

const [, , url = '', name = '', seed = '0'] = process.argv
const faults: unknown[] = []
process.on('unhandledRejection', (reason) => faults.push(String(reason)))

const camera = (width: number, height: number) => ({
  url,
  media: { stream: streamOf(picture(width, height), tone()), quality: { everyMs: 500 } },
})
const data = {
  url,
  media: { dataChannel: 'chat', log: (entry: object) => faults.push(entry) },
}

const happened =
  name === 'tracks' ? await tracks() : name === 'room' ? await threeInARoom(url) : await glare()
process.stdout.write(`${JSON.stringify({ happened, faults })}\n`)

async function tracks() {
  const parties = await twoInACall([], { alice: camera(320, 240), bob: camera(160, 120) })
  const seen = await playWithTracks(parties)
  parties.alice.call.hangup()
  await parties.bob.call.until('over')
  return { ...seen, 'after the end': [parties.alice.media.state.name, parties.bob.media.state.name] }
}

async function glare() {
  const { alice, bob } = await twoInACall([], { alice: data, bob: data })
  return storm(createDice(Number(seed)), [alice, bob])
}
