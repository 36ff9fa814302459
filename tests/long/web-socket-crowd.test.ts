import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeAccounts } from '../../bench/harness/servers/accounts.ts'
import { writeWaitingSessions } from '../../bench/harness/servers/waiting-sessions.ts'
import { logInCrowd, type Member } from '../../bench/load/clients/crowd.ts'
import { T } from '../../bench/shared/wire.ts'
import { openFilesLimit } from '../../src/infrastructure/system/open-files-limit.ts'
import { endsAfterEach } from '../support/ends.ts'
import { spawnDaemon } from '../support/programs/spawned-daemon.ts'
import { connectRaw, logIn } from '../support/wire/raw-client.ts'

const SIZE = 5000
const HALF = SIZE / 2
/** Longer than the test may take. */
const AGES_MS = 600_000

const ends = endsAfterEach()

// In this process and in the daemon, and some more.
const hasDescriptors = (openFilesLimit() ?? Infinity) > SIZE + 500

test.skipIf(!hasDescriptors)(
  `WS-2 WS-3 ${SIZE} WebSockets log in, half of them with JSON, and each hears of one who comes after them`,
  { timeout: AGES_MS },
  async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'roomrtc-crowd-'))
    ends.push(() => {
      rmSync(cwd, { recursive: true })
    })
    // Everybody is Available from the beginning: what is told of each login would be 12 million messages.
    writeAccounts(cwd, SIZE, 4)
    await writeWaitingSessions(cwd, SIZE)
    const room = 2 * SIZE
    const daemon = await spawnDaemon({
      cwd,
      config: {
        http: {},
        security: { bcrypt_cost: 4, enable_rate_limiting: false },
        server: {
          ...{ max_connections: room, max_connections_per_address: room },
          ...{ max_guests: room, max_guests_per_address: room },
        },
        limits: { login_timeout_ms: AGES_MS },
        resume: { window_ms: AGES_MS },
      },
    })
    ends.push(() => daemon.stop('SIGKILL'))
    const port = Number(daemon.lines.find(({ msg }) => msg === 'listening')?.['http_port'])
    const members: Member[] = []
    ends.push(() => {
      for (const { client } of members) client.cut()
    })
    for (const [at, subprotocol] of (['roomrtc.json', 'roomrtc.binary'] as const).entries())
      members.push(...(await logInCrowd({ port, tls: false, subprotocol }, at * HALF, HALF)))

    const told = members.map(({ client }) => client.next(T.USER_STATE_UPDATE))
    const late = await connectRaw(daemon.port)
    ends.push(() => late.close())
    await logIn(late, 'latecomer')
    const heard = await Promise.all(told)
    expect(heard).toHaveLength(SIZE)
    for (const update of heard) expect(update).toMatchObject({ username: 'latecomer', state: 'Available' })
  },
)
