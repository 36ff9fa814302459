import { describe, expect, test } from 'vitest'
import { makeSelfSigned } from '../../scripts/support/self-signed.ts'
import { makeIssued } from '../support/certificates.ts'
import { bad, doctor, type DoctorOptions } from '../support/doctor.ts'
import { endsAfterEach } from '../support/ends.ts'
import { startHttpDaemon } from '../support/house/http-daemon.ts'
import { canRunCoturn, startCoturn } from '../support/programs/coturn.ts'
import { findFreePort } from '../support/programs/free-port.ts'
import { logIn } from '../support/wire/raw-client.ts'

const ends = endsAfterEach()
const DAY_MS = 86_400_000

describe.skipIf(!canRunCoturn())('the doctor asks a real TURN server for a relay', () => {
  const SECRET = 'what the daemon and coturn share'
  const credentials = { username: 'alice', password_hash: 'right' }

  async function withTurn(urls: readonly string[], secret: string, stun: readonly string[] = []) {
    const turn_servers = urls.map((url) => ({ url, secret }))
    const {
      daemon,
      httpPort,
      connect: open,
    } = await startHttpDaemon(ends, {
      webrtc: { stun_servers: [...stun], turn_servers },
    })
    await logIn(open(), 'alice', 'right')
    return { frames: `tcp://127.0.0.1:${daemon.port}`, web: `ws://127.0.0.1:${httpPort}` }
  }

  test('DOCTOR-7 with the credential that the server issues, and asks STUN too', async () => {
    const coturn = await startCoturn(SECRET)
    ends.push(() => coturn.stop())
    const { frames, web } = await withTurn([coturn.url], SECRET, [coturn.url.replace('turn:', 'stun:')])
    for (const server of [frames, web]) {
      const findings = await doctor(server, { credentials })
      expect(bad(findings)).toEqual([])
      expect(findings).toContainEqual(
        expect.objectContaining({
          check: 'turn',
          message: expect.stringMatching(/relays by 127\.0\.0\.1:\d+/),
        }),
      )
      expect(findings).toContainEqual(
        expect.objectContaining({
          check: 'stun',
          message: expect.stringContaining('sees this machine as 127.0.0.1'),
        }),
      )
    }
  })

  test('DOCTOR-7 and says if its secret is another, or if it does not answer', async () => {
    const coturn = await startCoturn(SECRET)
    ends.push(() => coturn.stop())
    const nobody = `turn:127.0.0.1:${await findFreePort('udp')}`
    const byTcp = `turn:127.0.0.1:${await findFreePort('tcp')}?transport=tcp`
    const { frames } = await withTurn([coturn.url, nobody, byTcp], 'another')
    const findings = bad(await doctor(frames, { credentials, timeoutMs: 2000 }))
    expect(findings).toHaveLength(3)
    expect(findings).toMatchObject([
      {
        check: 'turn',
        level: 'fault',
        message: expect.stringContaining('401'),
        cure: expect.stringContaining('secret'),
      },
      {
        check: 'turn',
        level: 'fault',
        message: expect.stringContaining('within 2 s'),
        cure: expect.stringContaining('firewall'),
      },
      { check: 'turn', level: 'fault', message: expect.stringContaining('nobody listens') },
    ])
  })

  test('DOCTOR-7 over TCP and over TLS too', async () => {
    const issued = await makeIssued({ names: ['localhost'] })
    const coturn = await startCoturn(SECRET, issued)
    ends.push(() => coturn.stop())
    const stuns = coturn.urlOfTls.replace('turns:', 'stuns:')
    const { frames } = await withTurn([coturn.urlOfTcp, coturn.urlOfTls], SECRET, [stuns])
    const findings = await doctor(frames, { credentials, ca: issued.issuer })
    expect(bad(findings)).toEqual([])
    for (const url of [coturn.urlOfTcp, coturn.urlOfTls])
      expect(findings).toContainEqual(
        expect.objectContaining({
          check: 'turn',
          level: 'ok',
          message: expect.stringContaining(`${url} relays by 127.0.0.1:`),
        }),
      )
    expect(findings).toContainEqual(
      expect.objectContaining({ check: 'stun', message: expect.stringContaining(`${stuns} answers`) }),
    )
  })

  test('DOCTOR-10 and looks at the certificate of turns:, its chain, names and time', async () => {
    const period = {
      notBefore: new Date(Date.now() - 90 * DAY_MS),
      notAfter: new Date(Date.now() + 30 * DAY_MS),
    }
    const issued = await makeIssued({ names: ['localhost'], period })
    const coturn = await startCoturn(SECRET, issued)
    ends.push(() => coturn.stop())
    const elsewhere = coturn.urlOfTls.replace('localhost', '127.0.0.1')
    const { frames } = await withTurn([coturn.urlOfTls, elsewhere], SECRET)
    const look = async (options: DoctorOptions) => bad(await doctor(frames, { credentials, ...options }))

    const finding = (check: string, level: string, url: string, words: string, cure: string) => ({
      check,
      level,
      message: expect.stringMatching(new RegExp(`^${url}: .*${words}`)),
      cure: expect.stringContaining(cure),
    })
    const names = finding('names', 'fault', elsewhere, 'not for 127.0.0.1', 'get one for 127.0.0.1')
    expect(await look({ ca: issued.issuer })).toMatchObject([names])
    const chain = (url: string) => finding('chain', 'fault', url, 'chain is incomplete', 'cert of coturn')
    expect(await look({})).toMatchObject([chain(coturn.urlOfTls), chain(elsewhere), names])

    const credential = { check: 'clock' }
    const soon = (url: string) => finding('expiry', 'warning', url, 'expires in 9 days', 'SIGUSR2')
    expect(await look({ ca: issued.issuer, now: Date.now() + 20 * DAY_MS })).toMatchObject([
      credential,
      soon(coturn.urlOfTls),
      names,
      soon(elsewhere),
    ])
    const over = (url: string) => finding('expiry', 'fault', url, 'has expired', 'renew it there')
    expect(await look({ ca: issued.issuer, now: Date.now() + 40 * DAY_MS })).toMatchObject([
      credential,
      over(coturn.urlOfTls),
      names,
      over(elsewhere),
    ])
  })

  test('DOCTOR-10 a certificate that signs itself is a fault there, although it relays', async () => {
    const coturn = await startCoturn(SECRET, await makeSelfSigned({ commonName: 'localhost', days: 90 }))
    ends.push(() => coturn.stop())
    const { frames } = await withTurn([coturn.urlOfTls], SECRET)
    const findings = await doctor(frames, { credentials })
    expect(bad(findings)).toMatchObject([
      { check: 'chain', level: 'fault', cure: expect.stringContaining('browsers accept no other') },
    ])
    expect(findings).toContainEqual(expect.objectContaining({ check: 'turn', level: 'ok' }))
  })
})
