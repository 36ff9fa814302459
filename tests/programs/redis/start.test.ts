import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeIssued } from '../../support/certificates.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { findFreePort } from '../../support/programs/free-port.ts'
import { startRedis } from '../../support/programs/redis-server.ts'
import { canRun } from '../program.ts'
import { commitOf, joinNode, makeNode } from './nodes.ts'

const ends = endsAfterEach()

/** What a start says, and all that is logged, in which the password must not be. */
async function refusal(url: string, startMs = 300): Promise<string> {
  const { state, follower, logged } = makeNode(ends, { url, startMs })
  const error: unknown = await state.join(follower).catch((thrown: unknown) => thrown)
  if (!(error instanceof Error)) throw new Error('it has joined')
  expect(error.name).toBe('StartupError')
  expect(error.message + logged.join()).not.toContain('geheim')
  return error.message
}

describe.skipIf(!canRun('redis-server'))('a start with Redis', () => {
  test('CLUSTER-17 says what is wrong where Redis cannot be reached or wants another password', async () => {
    const port = await findFreePort('tcp')
    expect(await refusal(`redis://:geheim@127.0.0.1:${port}`)).toMatch(
      new RegExp(`^cluster.redis_url: Redis at redis://127.0.0.1:${port} cannot be used \\(.*ECONNREFUSED`),
    )
    const redis = await startRedis(ends, { password: 'richtig' })
    for (const account of ['', ':geheim@', 'somebody:geheim@']) {
      expect(await refusal(`redis://${account}127.0.0.1:${redis.port}`)).toMatch(/wants another password/)
    }
    expect(await refusal('redis-sentinel://127.0.0.1:1/m')).toMatch(
      /cannot be used \(no Sentinel knows the master/,
    )
  })

  test('CLUSTER-17 joins with a password and over TLS, where the certificate is vouched for', async () => {
    const port = await findFreePort('tcp')
    const { cert, key, issuer } = await makeIssued({ names: ['localhost'] })
    const plain = await startRedis(ends)
    const file = async (name: string, text: string): Promise<string> => {
      await writeFile(join(plain.directory, name), text)
      return join(plain.directory, name)
    }
    const caFile = await file('ca.pem', issuer)
    const files = [
      '--tls-cert-file',
      await file('cert.pem', cert),
      '--tls-key-file',
      await file('key.pem', key),
    ]
    const options = [
      '--tls-port',
      String(port),
      '--tls-auth-clients',
      'no',
      '--tls-ca-cert-file',
      caFile,
      ...files,
    ]
    await startRedis(ends, { password: 'geheim', options })
    const url = `rediss://:geheim@localhost:${port}/3`
    expect(await refusal(url)).toMatch(/cannot be used \(.*certificate/)
    const node = await joinNode(ends, { url: `${url}?ca_file=${encodeURIComponent(caFile)}` })
    expect(await node.state.commit(commitOf())).toBe('committed')
    await expect.poll(() => node.commits().length).toBe(1)
  })

  test('CLUSTER-18 warns of a Redis that forgets', async () => {
    const redis = await startRedis(ends, { options: ['--maxmemory-policy', 'allkeys-lru'] })
    const { logged } = await joinNode(ends, { url: redis.url })
    expect(logged[0]).toContain('"policy":"allkeys-lru"')
    expect(logged[1]).toContain('no append-only file')
    const kept = await startRedis(ends, { options: ['--appendonly', 'yes'] })
    expect((await joinNode(ends, { url: kept.url })).logged).toEqual([])
  })

  test('CLUSTER-17 a replica is refused', async () => {
    const master = await startRedis(ends)
    const replica = await startRedis(ends, { options: ['--replicaof', '127.0.0.1', String(master.port)] })
    expect(await refusal(replica.url)).toMatch(/is a replica/)
  })
})
