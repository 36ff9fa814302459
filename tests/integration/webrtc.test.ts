import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Call, type Client, connect } from 'roomrtc-client'
import { expect, it } from 'vitest'
import { carry, createDataChannel, opened } from '../../scripts/demo/data-channel.ts'
import { Negotiation } from '../../scripts/demo/negotiation.ts'
import { startPrivateDaemon } from '../../scripts/demo/private-daemon.ts'
import { withCleanup } from '../../scripts/demo/with-cleanup.ts'
import { createPeerConnection } from '../../scripts/demo/wrtc.ts'
import { holdLine } from '../../scripts/support/held-line.ts'

/** alice and bob, logged in on a daemon with TLS; `got` is what the server has sent each, by name. */
async function twoClients(defer: (end: () => Promise<void> | void) => void) {
  const directory = mkdtempSync(join(tmpdir(), 'roomrtc-webrtc-'))
  defer(() => {
    rmSync(directory, { recursive: true })
  })
  const daemon = await startPrivateDaemon(directory)
  defer(() => daemon.stop())
  const { host, port, ca } = daemon

  return Promise.all(
    ['alice', 'bob'].map(async (username) => {
      const got: string[] = []
      const line = holdLine(({ way, message }) => {
        if (way === 'received') got.push(message.type)
      })
      const client = await connect(`tls://${host}:${port}`, { tls: { ca }, surroundings: line.surroundings })
      defer(() => client.close())
      const who = { username, password: 'secret' }
      await client.register(who)
      await client.login(who)
      return { client, got }
    }),
  )
}

async function call(
  caller: Client,
  callee: Client,
): Promise<{ readonly out: Call; readonly incoming: Call }> {
  const rings = new Promise<Call>((resolve) => callee.on('call', resolve))
  const out = caller.call(callee.me?.id ?? '')
  const incoming = await rings
  incoming.accept()
  await out.until('active')
  return { out, incoming }
}

it('RELAY-1 CALL-4 CALL-6 two WebRTC peers negotiate through the server over TLS, renegotiate the other way, and hang up', () =>
  withCleanup(async (defer) => {
    const [alice, bob] = await twoClients(defer)
    if (alice === undefined || bob === undefined) throw new Error('two clients were to connect')
    const { out, incoming } = await call(alice.client, bob.client)

    const prepare = ({ signals }: Call) => {
      const connection = createPeerConnection()
      defer(() => {
        connection.close()
      })
      const channel = createDataChannel(connection)
      return { channel, negotiation: new Negotiation(signals, connection) }
    }
    const [atAlice, atBob] = [prepare(out), prepare(incoming)]
    const exchangeCandidates = () =>
      Promise.all([atAlice.negotiation.takeCandidates(), atBob.negotiation.takeCandidates()])

    await Promise.all([atAlice.negotiation.offer(), atBob.negotiation.answer()])
    await exchangeCandidates()
    await opened(atAlice.channel)
    await opened(atBob.channel)
    expect(await carry('hello bob', atAlice.channel, atBob.channel)).toBe('hello bob')
    expect(await carry('hello alice', atBob.channel, atAlice.channel)).toBe('hello alice')

    // Not by adding audio: @roamhq/wrtc 0.10.0 with a track crashes now and then as the process ends.
    await Promise.all([atBob.negotiation.offer({ iceRestart: true }), atAlice.negotiation.answer()])
    await exchangeCandidates()
    expect(await carry('still there?', atBob.channel, atAlice.channel)).toBe('still there?')
    expect(await carry('still here', atAlice.channel, atBob.channel)).toBe('still here')

    incoming.hangup()
    expect(await out.until('over')).toMatchObject({ reason: 'hangup' })

    const descriptions = (got: string[]) => got.filter((type) => type.startsWith('SDP_'))
    expect(descriptions(alice.got)).toEqual(['SDP_ANSWER', 'SDP_OFFER'])
    expect(descriptions(bob.got)).toEqual(['SDP_OFFER', 'SDP_ANSWER'])
    expect([...alice.got, ...bob.got]).not.toContain('ERROR')
  }))
