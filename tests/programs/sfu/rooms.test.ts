import { rm } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { startJanus, type JanusServer } from '../../support/programs/janus-server.ts'
import { type SpawnedDaemon, spawnDaemon } from '../../support/programs/spawned-daemon.ts'
import { T } from '../../support/wire/wire.ts'
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

  it('SFU-14 SFU-15 JANUS-11 what the owner mutes is not passed on, also after another offer, and layers end nothing', async () => {
    const janus = await startJanus(ends)
    const { port } = await start(janus)
    const names = new Map<string, string>()
    const enter = (name: string) => enterByWire(ends, port, 'board', { name, names })
    const [alice, bob] = [await enter('alice'), await enter('bob')]
    await expect.poll(alice.peer.sees).toEqual(media('bob'))
    const user_id = [...names].find(([, name]) => name === 'bob')?.[0]
    const mute = (muted: boolean) => {
      alice.ask(T.SFU_MUTE, { user_id, kind: 'audio', muted })
    }
    mute(true)
    await expect.poll(alice.peer.sees).toEqual(['bob video'])
    bob.peer.restart()
    const carol = await enter('carol')
    carol.ask(T.SFU_LAYERS, { connection: 'subscribe-1', mid: '0', substream: 0, temporal: 0 })
    await expect.poll(carol.peer.sees).toEqual([...media('alice'), 'bob video'])
    carol.ask(T.SFU_LAYERS, { connection: 'subscribe-1', mid: '1', substream: 0, temporal: 2 })
    bob.peer.hear({ kind: 'ready' })
    await expect.poll(() => alice.voices.get('bob')).toBe('publish-2')
    await expect.poll(alice.peer.sees).toEqual(['bob video', ...media('carol')])
    mute(false)
    await expect.poll(alice.peer.sees).toEqual(media('bob', 'carol'))
    await expect.poll(carol.peer.sees).toEqual(media('alice', 'bob'))
    for (const { states } of [alice, bob, carol]) expect(states).toEqual([])
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
