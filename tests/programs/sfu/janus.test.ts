import { describe, expect, it } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { startJanus } from '../../support/programs/janus-server.ts'
import { canRun } from '../program.ts'
import { roomsAt } from './ask-janus.ts'
import { startNode } from './sfu-node.ts'

const ends = endsAfterEach()

describe.runIf(canRun('janus') && canRun('ip', 'iproute2'))('a server at Janus', () => {
  it('JANUS-3 a room is at Janus from its first member of any node to its last, and what a killed server left is swept', async () => {
    const janus = await startJanus(ends)
    const [here, there] = [startNode(ends, [janus]), startNode(ends, [janus])]
    const [alice, bob] = [here.sit('alice'), there.sit('bob')]
    await expect.poll(() => roomsAt(janus)).toEqual({ 'roomrtc:standup:first': 2 })
    alice.leave()
    await expect.poll(() => roomsAt(janus)).toEqual({ 'roomrtc:standup:first': 1 })
    bob.leave()
    await expect.poll(() => roomsAt(janus)).toEqual({})
    alice.leave()

    here.sit('alice')
    await expect.poll(() => roomsAt(janus)).toEqual({ 'roomrtc:standup:first': 1 })
    await here.sfu.end()
    await expect.poll(() => roomsAt(janus)).toEqual({ 'roomrtc:standup:first': 0 })
    startNode(ends, [janus])
    await expect.poll(() => roomsAt(janus)).toEqual({})
  })

  it('JANUS-4 a description that Janus does not understand is refused, and harms nobody', async () => {
    const janus = await startJanus(ends)
    const node = startNode(ends, [janus])
    const [alice, bob] = [node.sit('alice'), node.sit('bob')]
    await expect.poll(() => roomsAt(janus)).toEqual({ 'roomrtc:standup:first': 2 })
    const [before, others] = [alice.told.length, bob.told.length]
    for (let i = 0; i < 100; i += 1) {
      node.sfu.signal(alice.seat, { kind: 'offer', connection: 'mine', sdp: `v=0 ${i}` })
      node.sfu.signal(alice.seat, { kind: 'answer', connection: 'subscribe-1', sdp: 'nothing' })
      const candidate = { candidate: 'nothing', sdpMid: '0', sdpMlineIndex: 0 }
      node.sfu.signal(alice.seat, { kind: 'candidate', connection: 'mine', ...candidate })
    }
    await expect
      .poll(() => alice.told.slice(before))
      .toContainEqual({
        kind: 'refused',
        seat: alice.seat,
        connection: 'mine',
        why: expect.stringMatching(/^The SFU does not take this offer: ./),
      })
    expect(alice.told.slice(before).every(({ kind }) => kind === 'refused')).toBe(true)
    expect(alice.told.length - before).toBeLessThan(10)
    expect(bob.told).toHaveLength(others)
    expect(await roomsAt(janus)).toEqual({ 'roomrtc:standup:first': 2 })
  })

  it('JANUS-5 a Janus that does not answer any more is lost after two keepalives, and a new room goes elsewhere', async () => {
    const silent = await startJanus(ends)
    const other = await startJanus(ends, { secret: silent.secret })
    const node = startNode(ends, [silent, other])
    await expect.poll(() => node.logged).toHaveLength(2)
    const alice = node.sit('alice')
    const bob = node.sit('bob', 'elsewhere')
    await expect.poll(() => roomsAt(silent)).toEqual({ 'roomrtc:standup:first': 1 })
    await expect.poll(() => roomsAt(other)).toEqual({ 'roomrtc:elsewhere:first': 1 })
    silent.pause()
    await expect.poll(() => alice.told.map(({ kind }) => kind)).toEqual(['lost', 'ready'])
    expect(await roomsAt(other)).toEqual({ 'roomrtc:elsewhere:first': 1, 'roomrtc:standup:first': 1 })
    expect(bob.told).toEqual([])
    silent.goOn()
    await expect.poll(() => node.logged.filter((line) => line.includes('the SFU is there'))).toHaveLength(3)
    node.sit('carol', 'third')
    await expect.poll(() => roomsAt(silent)).toMatchObject({ 'roomrtc:third:first': 1 })
  })

  it('JANUS-7 the log says what is wrong with a Janus that cannot be used, once, and never the secret', async () => {
    const janus = await startJanus(ends)
    const stranger = startNode(ends, [janus], { secret: 'another secret' })
    const numbers = await startJanus(ends, { stringIds: false })
    const reader = startNode(ends, [numbers])
    const alice = stranger.sit('alice')
    expect(alice.told).toEqual([{ kind: 'lost', seat: alice.seat }])
    await expect.poll(() => stranger.logged.join()).toContain('Janus does not know sfu.secret')
    await expect.poll(() => reader.logged.join()).toContain('string_ids = true')
    await expect.poll(() => roomsAt(janus)).toEqual({})
    expect(stranger.logged).toHaveLength(1)
    expect([...stranger.logged, ...reader.logged].join()).not.toMatch(/another secret/)
    expect(alice.told).toHaveLength(1)
  })
})
