import { rm } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { startJanus, type JanusServer } from '../../support/programs/janus-server.ts'
import { type SpawnedDaemon, spawnDaemon } from '../../support/programs/spawned-daemon.ts'
import { canRun } from '../program.ts'
import { enterByWire, type WireMember } from './wire-member.ts'

const ends = endsAfterEach()

async function start({ url, secret }: JanusServer, cwd?: string): Promise<SpawnedDaemon> {
  const daemon = await spawnDaemon({
    config: { sfu: { urls: [url], secret, keepalive_ms: 1000 }, security: { bcrypt_cost: 4 } },
    ...(cwd !== undefined && { cwd }),
  })
  ends.push(() => daemon.stop('SIGKILL'))
  if (cwd === undefined) ends.push(() => rm(daemon.cwd, { recursive: true, force: true }))
  return daemon
}

const media = (...names: readonly string[]) => names.flatMap((name) => [`${name} audio`, `${name} video`])

describe.runIf(canRun('janus') && canRun('ip', 'iproute2'))('a room with Janus', () => {
  it('SFU-4 SFU-5 SFU-7 SFU-12 SFU-13 JANUS-10 each sees and hears the others, also those whose client is away, and is offered what it has missed', async () => {
    const janus = await startJanus(ends)
    const { port } = await start(janus)
    const enter = enterAt(port)
    const [alice, bob] = [await enter('alice'), await enter('bob')]
    await expect.poll(alice.peer.sees).toEqual(media('bob'))
    await expect.poll(bob.peer.sees).toEqual(media('alice'))
    await expect.poll(() => bob.voices.get('alice')).toBe('publish-1')
    await expect.poll(() => bob.speaking).toEqual(['alice', 'bob'])
    await alice.drop()
    const carol = await enter('carol')
    await expect.poll(carol.peer.sees).toEqual(media('alice', 'bob'))
    await alice.comeBack(port)
    await expect.poll(alice.peer.sees).toEqual(media('bob', 'carol'))
    expect(alice.states).toEqual([])
  })

  it('SFU-6 SFU-7 after a Janus or a server that was killed everything is negotiated anew', async () => {
    const janus = await startJanus(ends)
    const first = await start(janus)
    const enter = enterAt(first.port)
    const [alice, bob] = [await enter('alice'), await enter('bob')]
    const seeEachOther = async () => {
      await expect.poll(alice.peer.sees).toEqual(media('bob'))
      await expect.poll(bob.peer.sees).toEqual(media('alice'))
    }
    await seeEachOther()
    await janus.kill()
    await expect.poll(() => alice.states).toEqual(['lost'])
    await expect.poll(alice.peer.sees).toEqual([])
    await janus.start()
    await seeEachOther()
    for (const { states } of [alice, bob]) expect(states).toEqual(['lost', 'ready'])

    await first.stop('SIGKILL')
    await expect.poll(alice.peer.sees).toEqual([])
    const { port } = await start(janus, first.cwd)
    await alice.comeBack(port)
    await bob.comeBack(port)
    await seeEachOther()
    for (const { states } of [alice, bob]) {
      expect(states.slice(0, 3)).toEqual(['lost', 'ready', 'ready'])
      // It may come back before the server has found Janus.
      expect(states.at(-1)).toBe('ready')
    }
  })
})

function enterAt(port: number): (name: string) => Promise<WireMember> {
  const names = new Map<string, string>()
  return (name) => enterByWire(ends, port, 'board', { name, names })
}
