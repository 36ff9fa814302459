import { type Call, connect, type IceServer } from 'roomrtc-client'
import { describe, expect, test } from 'vitest'
import { carry, createDataChannel, opened } from '../../scripts/demo/data-channel.ts'
import { createPeer, negotiate } from '../../scripts/demo/peer.ts'
import { withCleanup } from '../../scripts/demo/with-cleanup.ts'
import { within } from '../../scripts/demo/within.ts'
import { createPeerConnection } from '../../scripts/demo/wrtc.ts'
import type { IceConfiguration } from '../../src/application/ports/ice-servers.ts'
import { createIceServers } from '../../src/infrastructure/ice/ice-servers.ts'
import { randomIds } from '../../src/infrastructure/system/random-ids.ts'
import { systemClock } from '../../src/infrastructure/system/system-clock.ts'
import { canRunCoturn, type Coturn, startCoturn } from '../support/programs/coturn.ts'
import { startTestDaemon } from '../support/house/running-daemon.ts'

const DEADLINE_MS = 10_000
const SECRET = 'what the daemon and coturn share'
const TTL_SECS = 3600

/** A peer that may use nothing but the relay. `gathered` resolves when it looks no further. */
function createRelayPeer({ servers }: IceConfiguration) {
  const connection = createPeerConnection({ iceServers: servers, iceTransportPolicy: 'relay' })
  const channel = createDataChannel(connection)
  const candidates: RTCIceCandidateInit[] = []
  const refusals: number[] = []
  connection.onicecandidateerror = ({ errorCode }) => refusals.push(errorCode)
  const end = new Promise<void>((resolve) => {
    connection.onicecandidate = ({ candidate }) => {
      if (candidate === null) resolve()
      else candidates.push(candidate)
    }
  })
  return {
    connection,
    channel,
    candidates,
    refusals,
    gathered: () => within(DEADLINE_MS, 'gathering candidates', end),
  }
}

/** What the daemon would issue to somebody, by its configuration and its clock. */
function issue({ url }: Coturn, { secret = SECRET, clock = systemClock }): IceConfiguration {
  const turnServers = [{ url, secret }]
  return createIceServers({ stunUrls: [], turnServers, ttlSecs: TTL_SECS, clock }).issue(randomIds.user())
}

async function kindsOfCandidates(connection: RTCPeerConnection): Promise<Set<string | undefined>> {
  const stats = [...(await connection.getStats()).values()]
  const own = stats.filter(({ type }) => type === 'local-candidate')
  return new Set(own.map(({ candidateType }) => candidateType))
}

describe.skipIf(!canRunCoturn())('a real TURN server', () => {
  test('ICE-5 ICE-6 lets two peers with issued credentials reach each other through it', () =>
    withCleanup(async (defer) => {
      const coturn = await startCoturn(SECRET)
      defer(() => coturn.stop())
      const prepare = () => {
        const peer = createRelayPeer(issue(coturn, {}))
        defer(() => {
          peer.connection.close()
        })
        return peer
      }
      const [alice, bob] = [prepare(), prepare()]

      const offer = await alice.connection.createOffer()
      await alice.connection.setLocalDescription(offer)
      await bob.connection.setRemoteDescription(offer)
      const answer = await bob.connection.createAnswer()
      await bob.connection.setLocalDescription(answer)
      await alice.connection.setRemoteDescription(answer)
      await Promise.all([alice.gathered(), bob.gathered()])
      for (const candidate of alice.candidates) await bob.connection.addIceCandidate(candidate)
      for (const candidate of bob.candidates) await alice.connection.addIceCandidate(candidate)

      await Promise.all([opened(alice.channel), opened(bob.channel)])
      expect(await carry('by way of the relay', alice.channel, bob.channel)).toBe('by way of the relay')
      expect(await carry('and back', bob.channel, alice.channel)).toBe('and back')

      for (const { connection, candidates } of [alice, bob]) {
        expect(candidates.filter(({ candidate }) => !candidate.includes(' typ relay '))).toEqual([])
        expect(await kindsOfCandidates(connection)).toEqual(new Set(['relay']))
      }
    }))

  test('ICE-2 ICE-5 ICE-6 is reached with what the daemon sends after the login, and with nothing else', () =>
    withCleanup(async (defer) => {
      const coturn = await startCoturn(SECRET)
      defer(() => coturn.stop())
      const daemon = await startTestDaemon({
        webrtc: { stun_servers: [], turn_servers: [{ url: coturn.url, secret: SECRET }] },
      })
      defer(() => daemon.stop())
      const enrol = async (username: string) => {
        const client = await connect(`tcp://127.0.0.1:${daemon.port}`, { capabilities: ['ice_servers'] })
        defer(() => client.close())
        const told = new Promise<readonly IceServer[]>((resolve) => client.on('iceServers', resolve))
        const who = { username, password: 'secret' }
        await client.register(who)
        await client.login(who)
        return { client, iceServers: await told }
      }
      const [alice, bob] = [await enrol('alice'), await enrol('bob')]
      const rings = new Promise<Call>((resolve) => bob.client.on('call', resolve))
      const out = alice.client.call(bob.client.me?.id ?? '')
      const incoming = await rings
      incoming.accept()
      await out.until('active')

      const prepare = ({ iceServers }: typeof alice, call: Call) => {
        const peer = createPeer(call, { iceServers, iceTransportPolicy: 'relay' })
        defer(() => {
          peer.connection.close()
        })
        return peer
      }
      const [atAlice, atBob] = [prepare(alice, out), prepare(bob, incoming)]
      await negotiate(atAlice, atBob)
      await Promise.all([opened(atAlice.channel), opened(atBob.channel)])
      expect(await carry('by way of the relay', atAlice.channel, atBob.channel)).toBe('by way of the relay')
      expect(await carry('and back', atBob.channel, atAlice.channel)).toBe('and back')
      for (const { connection } of [atAlice, atBob]) {
        expect(await kindsOfCandidates(connection)).toEqual(new Set(['relay']))
      }
    }))

  const twoHoursAgo = { ...systemClock, wallMs: () => systemClock.wallMs() - 2 * TTL_SECS * 1000 }
  test.each([
    ['that have expired', { clock: twoHoursAgo }],
    ['made from another secret', { secret: 'another' }],
  ])('ICE-5 refuses credentials %s: not one candidate is found', (_, how) =>
    withCleanup(async (defer) => {
      const coturn = await startCoturn(SECRET)
      defer(() => coturn.stop())
      const peer = createRelayPeer(issue(coturn, how))
      defer(() => {
        peer.connection.close()
      })
      await peer.connection.setLocalDescription(await peer.connection.createOffer())
      await peer.gathered()
      expect(peer.candidates).toEqual([])
      expect(peer.refusals).toContain(401)
    }),
  )
})
