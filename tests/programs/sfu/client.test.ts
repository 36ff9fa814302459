import { describe, expect, it } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'
import { startJanus } from '../../support/programs/janus-server.ts'
import { canRun } from '../program.ts'
import { spawnMember } from './spawned-member.ts'

const ends = endsAfterEach()

const both = (name: string) => [`${name} audio`, `${name} video`]

describe.runIf(canRun('janus') && canRun('ip', 'iproute2'))('roomrtc-client and Janus', () => {
  it('MEDIA-30 MEDIA-31 MEDIA-32 MEDIA-33 two connections carry a room, and are mended, changed, closed and bound again', async () => {
    const janus = await startJanus(ends)
    const daemon = await startTestDaemon({
      webrtc: { stun_servers: [] },
      sfu: { urls: [janus.url], secret: janus.secret },
    })
    ends.push(() => daemon.stop())
    const enter = (name: string) => spawnMember(ends, daemon.port, name, 'board')
    const [alice, bob] = await Promise.all([enter('alice'), enter('bob')])
    await expect.poll(alice.gets).toEqual(both('bob'))
    await expect.poll(bob.gets).toEqual(both('alice'))
    expect([alice.connections(), bob.connections()]).toEqual([2, 2])

    const made = [alice.made(), bob.made()].map((count) => count + 1)
    janus.muffle()
    await expect.poll(alice.states, { timeout: 40_000 }).toEqual(['bob interrupted'])
    // The one by which something is sent is mended where it is, the other one is made anew.
    await expect
      .poll(() => alice.made() >= (made[0] ?? 0) && bob.made() >= (made[1] ?? 0), { timeout: 40_000 })
      .toBe(true)
    janus.unmuffle()
    await expect.poll(alice.gets, { timeout: 40_000 }).toEqual(both('bob'))
    await expect.poll(bob.gets, { timeout: 40_000 }).toEqual(both('alice'))
    expect([alice.connections(), bob.connections()]).toEqual([2, 2])

    await janus.kill()
    await expect.poll(alice.states).toEqual(['bob interrupted'])
    await janus.start()
    await expect.poll(alice.gets).toEqual(both('bob'))
    await expect.poll(bob.gets).toEqual(both('alice'))
    expect([alice.connections(), bob.connections()]).toEqual([2, 2])

    alice.do('mute')
    await expect.poll(alice.soundIsOn).toBe(false)
    alice.do('sound alone')
    await expect.poll(bob.gets).toEqual(['alice audio'])
    bob.do('bind again')
    await expect.poll(bob.gets).toEqual(['alice audio'])
    await expect.poll(alice.gets).toEqual(both('bob'))
    bob.do('leave')
    await expect.poll(bob.connections).toBe(0)
    await expect.poll(alice.states).toEqual([])
  }, 150_000)
})
