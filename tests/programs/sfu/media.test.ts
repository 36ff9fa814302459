import { describe, expect, it } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { startJanus } from '../../support/programs/janus-server.ts'
import { canRun } from '../program.ts'
import { roomsAt } from './ask-janus.ts'
import { startNode } from './sfu-node.ts'

const ends = endsAfterEach()

const media = (...names: readonly string[]) => names.flatMap((name) => [`${name} audio`, `${name} video`])

describe.runIf(canRun('janus') && canRun('ip', 'iproute2'))('media through Janus', () => {
  it('JANUS-1 JANUS-2 each gets what the others publish as they come and go, by one connection that is renegotiated', async () => {
    const node = startNode(ends, [await startJanus(ends)])
    const [alice, bob] = [node.enter('alice'), node.enter('bob')]
    await expect.poll(alice.peer.sees).toEqual(media('bob'))
    await expect.poll(bob.peer.sees).toEqual(media('alice'))
    const carol = node.enter('carol')
    await expect.poll(alice.peer.sees).toEqual(media('bob', 'carol'))
    await expect.poll(carol.peer.sees).toEqual(media('alice', 'bob'))
    carol.leave()
    await expect.poll(alice.peer.sees).toEqual(media('bob'))
    const offers = alice.told.filter(({ kind }) => kind === 'offer')
    expect(offers.map((offer) => 'connection' in offer && offer.connection)).toEqual(
      offers.map(() => 'subscribe-1'),
    )
    expect(offers.at(-1)).toMatchObject({
      streams: [
        { mid: '0', user: 'bob', kind: 'audio', source: '0' },
        { mid: '1', user: 'bob', kind: 'video', source: '1' },
      ],
    })

    const answers = () => alice.told.filter(({ kind }) => kind === 'answer').length
    const before = answers()
    alice.peer.restart()
    node.sfu.renew(alice.seat)
    await expect.poll(answers).toBe(before + 1)
    await expect.poll(() => alice.told.at(-1)).toMatchObject({ kind: 'offer', connection: 'subscribe-2' })
    await expect.poll(alice.peer.sees).toEqual(media('bob'))
    await expect.poll(bob.peer.sees).toEqual(media('alice'))
    expect(node.logged.join()).not.toMatch(/v=0|candidate|fingerprint/)
  })

  it('JANUS-5 a Janus that is killed is lost to all, and used again when it is back', async () => {
    const janus = await startJanus(ends)
    const node = startNode(ends, [janus])
    const [alice, bob] = [node.enter('alice'), node.enter('bob')]
    await expect.poll(alice.peer.sees).toEqual(media('bob'))
    const [before, after] = [alice.told.length, bob.told.length]
    await janus.kill()
    await expect.poll(() => alice.told.slice(before).map(({ kind }) => kind)).toEqual(['lost'])
    await expect.poll(() => bob.told.slice(after).map(({ kind }) => kind)).toEqual(['lost'])
    await expect.poll(alice.peer.sees).toEqual([])
    await janus.start()
    await expect.poll(alice.peer.sees).toEqual(media('bob'))
    await expect.poll(bob.peer.sees).toEqual(media('alice'))
    expect(
      alice.told
        .slice(before)
        .map(({ kind }) => kind)
        .slice(0, 2),
    ).toEqual(['lost', 'ready'])
  })

  it('JANUS-6 a room moves to another Janus when its own is killed, and to the same one on every node', async () => {
    const first = await startJanus(ends)
    const second = await startJanus(ends, { secret: first.secret })
    const nodes = [0, 1].map(() => startNode(ends, [first, second], { spread: 'by-room' }))
    const [alice, bob] = [nodes[0]?.enter('alice'), nodes[1]?.enter('bob')]
    if (alice === undefined || bob === undefined) throw new Error('two nodes were started')
    await expect.poll(alice.peer.sees).toEqual(media('bob'))
    const at = await roomsAt(first)
    const [home, other] = Object.keys(at).length > 0 ? [first, second] : [second, first]
    expect(await roomsAt(other)).toEqual({})
    await home.kill()
    await expect.poll(alice.peer.sees).toEqual(media('bob'))
    await expect.poll(bob.peer.sees).toEqual(media('alice'))
    expect(await roomsAt(other)).toEqual({ 'roomrtc:standup:first': 2 })
  })
})
