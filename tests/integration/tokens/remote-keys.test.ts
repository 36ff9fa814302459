import { once } from 'node:events'
import { createServer } from 'node:https'
import { beforeEach, expect, test } from 'vitest'
import { fetchKeys } from '../../../src/infrastructure/tokens/issuers/fetch-keys.ts'
import { createIssuer, type Issuer } from '../../../src/infrastructure/tokens/issuers/issuer.ts'
import { RemoteKeys } from '../../../src/infrastructure/tokens/issuers/remote-keys.ts'
import { makeIssued } from '../../support/certificates.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { createSpyLog } from '../../support/house/spy-log.ts'
import { createHouseTime, type HouseTime } from '../../support/house/time.ts'
import { IssuerServer } from '../../support/tokens/issuer-server.ts'
import { AUDIENCE } from '../../support/tokens/issuers.ts'
import { mint, publicJwk, rsaKey } from '../../support/tokens/mint.ts'

const ends = endsAfterEach()
let server: IssuerServer
let time: HouseTime
let spied = createSpyLog()
let issuer: Issuer

beforeEach(async () => {
  server = await IssuerServer.start()
  ends.push(() => server.close())
  time = createHouseTime(Date.now())
  spied = createSpyLog()
  issuer = issuerAt(server.url)
})

/** `deadlineMs`: how long it may take to answer. */
function issuerAt(url: string, deadlineMs?: number): Issuer {
  const { clock } = time
  const key = new RemoteKeys({
    issuer: server.url,
    url,
    fetch: (at) => fetchKeys(at, deadlineMs),
    clock,
    log: spied.log,
  })
  const options = { issuer: server.url, audience: AUDIENCE, usernameClaim: 'sub', createsAccounts: true, key }
  return createIssuer(options, clock)
}

const token = () => server.token('alice', time.clock.wallMs())
const isGood = async (bearing = token()) => (await issuer.verify(bearing)).ok
const causes = () => spied.lines.map(({ cause }) => cause)

test('TOKEN-14 keys are fetched when a token comes, once for many at the same time, and kept', async () => {
  expect(server.asked).toBe(0)
  expect(await Promise.all(Array.from({ length: 20 }, () => isGood()))).toEqual(
    Array.from({ length: 20 }, () => true),
  )
  time.move(600_000)
  expect(await isGood()).toBe(true)
  expect(server.asked).toBe(1)
  time.move(1)
  expect(await isGood()).toBe(true)
  expect(server.asked).toBe(2)
})

test('TOKEN-14 an unknown key id has the keys fetched anew, at most once a minute', async () => {
  expect(await isGood()).toBe(true)
  server.rotate()
  expect(await isGood()).toBe(false)
  expect(server.asked).toBe(1)
  time.move(60_000)
  expect(await isGood()).toBe(true)
  expect(server.asked).toBe(2)
  const { url } = server
  for (let i = 0; i < 50; i += 1) {
    const forged = mint(
      rsaKey(),
      { alg: 'RS256', kid: `made up ${i}` },
      { iss: url, aud: AUDIENCE, sub: 'alice', exp: 1e10 },
    )
    expect(await isGood(forged)).toBe(false)
  }
  expect(server.asked).toBe(2)
  expect(spied.lines).toEqual([])
})

test('TOKEN-14 TOKEN-10 an algorithm that does not count asks nobody', async () => {
  for (const alg of ['HS256', 'none', 'RSA-OAEP'])
    expect(
      await isGood(
        mint('x'.repeat(32), { alg, kid: 'k' }, { iss: server.url, aud: AUDIENCE, sub: 'a', exp: 1e10 }),
      ),
    ).toBe(false)
  expect(server.asked).toBe(0)
})

test('TOKEN-14 a withdrawn key counts for ten minutes at most', async () => {
  const old = server.token('alice', time.clock.wallMs() + 3_600_000)
  expect(await isGood(old)).toBe(true)
  server.rotate({ withdraw: true })
  time.move(600_000)
  expect(await isGood(old)).toBe(true)
  time.move(1)
  expect(await isGood(old)).toBe(false)
})

test('TOKEN-14 while the issuer does not answer its last keys count for an hour, with a warning for each try', async () => {
  const long = server.token('alice', time.clock.wallMs() + 7_200_000)
  expect(await isGood(long)).toBe(true)
  server.misbehave = (response) => response.writeHead(500).end()
  for (let minute = 0; minute < 60; minute += 1) {
    time.move(60_000)
    expect(await isGood(long)).toBe(true)
    expect(await isGood(long)).toBe(true)
  }
  expect(server.asked).toBe(51)
  expect(spied.lines).toHaveLength(50)
  time.move(1)
  expect(await isGood(long)).toBe(false)
  server.misbehave = undefined
  expect(await isGood(long)).toBe(false)
  time.move(60_000)
  expect(await isGood(long)).toBe(true)
})

test('TOKEN-14 an issuer that is down makes its tokens invalid, with one warning a minute, until it is back', async () => {
  const { url } = server
  await server.close()
  const down = new URL(url)
  expect(await isGood()).toBe(false)
  expect(await isGood()).toBe(false)
  expect(spied.lines).toMatchObject([
    { message: 'the keys of an issuer of tokens cannot be fetched', issuer: url, url },
  ])
  expect(String(causes()[0])).toContain('ECONNREFUSED')
  const back = await IssuerServer.start(Number(down.port))
  ends.push(() => back.close())
  server = back
  time.move(60_000)
  expect(await isGood()).toBe(true)
})

test('TOKEN-14 an answer that does not end is given up', async () => {
  issuer = issuerAt(server.url, 200)
  server.misbehave = (response) => {
    response.write('{"keys":[')
  }
  expect(await isGood()).toBe(false)
  expect(causes()).toEqual(['there was no whole answer within 200 ms'])
})

test('TOKEN-14 an issuer that says nothing is given up', async () => {
  issuer = issuerAt(server.url, 200)
  server.misbehave = () => undefined
  expect(await isGood()).toBe(false)
  expect(causes()).toEqual(['there was no whole answer within 200 ms'])
})

test('TOKEN-14 an answer without end is read no further than 256 KiB', async () => {
  let sent = 0
  server.misbehave = (response) => {
    const more = () => {
      while (!response.destroyed && response.write(' '.repeat(65_536))) sent += 65_536
    }
    response.on('drain', more)
    more()
  }
  expect(await isGood()).toBe(false)
  expect(causes()).toEqual(['the answer is longer than 262144 bytes'])
  // What the sockets between them hold comes on top.
  expect(sent).toBeLessThan(16_777_216)
})

test('TOKEN-14 an https server whose certificate nobody has vouched for is not believed', async () => {
  const { cert, key } = await makeIssued({ names: ['localhost'] })
  const imposter = createServer({ cert, key }, (_, response) => {
    response.end(JSON.stringify(server.keySet))
  })
  imposter.listen(0, '127.0.0.1')
  await once(imposter, 'listening')
  ends.push(() => imposter.close())
  const address = imposter.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
  issuer = issuerAt(`https://localhost:${address.port}/keys.json`)
  expect(await isGood()).toBe(false)
  expect(String(causes()[0])).toMatch(/certificate/)
})

test('TOKEN-14 redirects are not followed', async () => {
  const elsewhere = await IssuerServer.start()
  ends.push(() => elsewhere.close())
  for (const [status, location] of [
    [301, elsewhere.url],
    [302, 'https://id.example.org/keys'],
    [307, elsewhere.url],
    [308, '/keys.json'],
  ] as const) {
    server.misbehave = (response) => response.writeHead(status, { location }).end()
    expect(await isGood()).toBe(false)
    time.move(60_000)
  }
  expect(causes()).toEqual(
    [301, 302, 307, 308].map((status) => `the answer is ${status}, and redirects are not followed`),
  )
  expect(elsewhere.asked).toBe(0)
  expect(server.asked).toBe(4)
})

test.each([
  ['is no JSON', 'hello'],
  ['is no set', '[]'],
  ['has no list', '{"keys":{}}'],
  ['has keys that are none', '{"keys":[7]}'],
  ['has keys of no kind', '{"keys":[{}]}'],
  ['has very many keys', JSON.stringify({ keys: Array.from({ length: 101 }, () => ({ kty: 'OKP' })) })],
  ['is empty', ''],
])('TOKEN-14 an answer that %s gives no keys', async (_, text) => {
  server.misbehave = (response) => response.end(text)
  expect(await isGood()).toBe(false)
  expect(causes()).toEqual(['the answer is no JWK Set'])
})

test('TOKEN-14 a token without key id is good where one key goes with its algorithm, and is not where several do', async () => {
  const { url } = server
  const key = rsaKey()
  const set = { keys: [...server.keySet.keys, publicJwk(key, 'rsa')] }
  const claims = { iss: url, aud: AUDIENCE, sub: 'alice', exp: time.clock.wallMs() / 1000 + 60 }
  server.misbehave = (response) => response.end(JSON.stringify(set))
  expect(await isGood(mint(key, { alg: 'RS256' }, claims))).toBe(true)
  set.keys.push(publicJwk(rsaKey(), 'another id of it'))
  time.move(600_001)
  expect(await isGood(mint(key, { alg: 'RS256' }, { ...claims, exp: 1e10 }))).toBe(false)
  expect(await isGood(mint(key, { alg: 'RS256', kid: 'rsa' }, { ...claims, exp: 1e10 }))).toBe(true)
})

test('TOKEN-14 TOKEN-10 among the keys of a set only those count that are whole and go with the algorithm', async () => {
  const good = server.keySet.keys
  const secret = { kty: 'oct', k: Buffer.from('x'.repeat(32)).toString('base64url'), kid: 'oct' }
  const broken = { kty: 'OKP', crv: 'Ed25519', x: 'AAAA', kid: 'broken' }
  server.misbehave = (response) =>
    response.end(JSON.stringify({ keys: [secret, broken, { kty: 'X' }, ...good] }))
  expect(await isGood()).toBe(true)
  const claims = { iss: server.url, aud: AUDIENCE, sub: 'alice', exp: 1e10 }
  expect(await isGood(mint('x'.repeat(32), { alg: 'HS256', kid: 'oct' }, claims))).toBe(false)
  expect(await isGood(mint('x'.repeat(32), { alg: 'EdDSA', kid: 'oct' }, claims))).toBe(false)
  expect(await isGood(mint(rsaKey(), { alg: 'EdDSA', kid: 'broken' }, claims))).toBe(false)
})
