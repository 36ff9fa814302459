import { randomInt } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { connectRaw } from '../support/raw-client.ts'
import { spawnDaemon, type SpawnedDaemon } from '../support/spawned-daemon.ts'
import { T } from '../support/wire.ts'

let daemon: SpawnedDaemon | undefined

afterEach(async () => {
  await daemon?.stop('SIGKILL')
  if (daemon !== undefined) await rm(daemon.cwd, { recursive: true, force: true })
})

test('LIFE-6 AUTH-1 kill -9 in the midst of registrations: every one that was answered can log in afterwards', async () => {
  const config = { security: { bcrypt_cost: 4, enable_rate_limiting: false } }
  daemon = await spawnDaemon({ config })
  const acknowledged: string[] = []
  for (let round = 0; round < 5; round++) {
    const { port, cwd } = daemon
    const killAfter = randomInt(1, 60)
    const clients = await Promise.all(Array.from({ length: 8 }, () => connectRaw(port)))
    let answers = 0
    const register = async (client: (typeof clients)[number], who: number) => {
      for (let i = 0; !client.closed; i++) {
        const username = `user ${round}-${who}-${i}`
        client.send(T.REGISTER_REQUEST, { username, password_hash: 'pw' })
        const answer = await client.next(T.REGISTER_RESPONSE).catch(() => undefined)
        if (answer?.payload['success'] === true) acknowledged.push(username)
        if (++answers === killAfter) daemon?.child.kill('SIGKILL')
      }
    }
    await Promise.all(clients.map(register))
    await daemon.stop('SIGKILL')
    daemon = await spawnDaemon({ cwd, config })
  }

  const client = await connectRaw(daemon.port)
  for (const username of acknowledged) {
    client.send(T.LOGIN_REQUEST, { username, password_hash: 'pw' })
    const { payload } = await client.next(T.LOGIN_RESPONSE)
    expect([username, payload['success']]).toEqual([username, true])
    client.send(T.LOGOUT_REQUEST, {})
    await client.next(T.LOGOUT_RESPONSE)
  }
  await client.close()
  expect(acknowledged.length).toBeGreaterThan(5)
  const file = await readFile(join(daemon.cwd, 'users.txt'), 'utf8')
  expect(file.split('\n').filter((line) => line !== '' && line.split('|').length !== 4)).toEqual([])
})
