import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hashSync } from 'bcryptjs'
import { connectRaw } from '../wire/raw-client.ts'
import { spawnDaemon, type SpawnedDaemon } from '../programs/spawned-daemon.ts'
import { T } from '../wire/wire.ts'
import { readAccountLines } from './account-lines.ts'

export const PASSWORD = 'pw'

type SpawnOptions = NonNullable<Parameters<typeof spawnDaemon>[0]>

/** Of another cost than the daemon's: whoever logs in with it gets a new line. */
const STALE_HASH = hashSync(PASSWORD, 5)

/** A directory of accounts, the daemon that serves it as long as it lives, and what it has promised. */
export class Victim {
  readonly directory = mkdtempSync(join(tmpdir(), 'roomrtc-torture-'))
  /** The id by name of every account that was acknowledged. */
  readonly acknowledged = new Map<string, string>()
  /** Names that were asked for and not answered: they may be there or not, but in whole. */
  readonly unanswered = new Set<string>()
  /** How long the last start took that was not disturbed. */
  startMs = 300
  #daemon: SpawnedDaemon | undefined
  /** The last one, until its process is gone. */
  #dying: Promise<unknown> | undefined

  get usersFile(): string {
    return join(this.directory, 'users.txt')
  }

  get daemon(): SpawnedDaemon {
    if (this.#daemon === undefined) throw new Error('the daemon is dead')
    return this.#daemon
  }

  async start(options: Pick<SpawnOptions, 'onSpawn'> & { readonly compactEverySecs?: number } = {}) {
    const { compactEverySecs = 300, ...rest } = options
    await this.#dying
    const began = performance.now()
    this.#daemon = await spawnDaemon({
      cwd: this.directory,
      config: {
        // What a client may ask for is limited elsewhere; here as much as can be is to be under way.
        security: { bcrypt_cost: 4, enable_rate_limiting: false },
        persistence: { auto_save_interval_secs: compactEverySecs },
      },
      ...rest,
    })
    this.startMs = performance.now() - began
  }

  /** At once and without warning; resolves when the process is gone. */
  async kill(): Promise<void> {
    const daemon = this.#daemon
    this.#daemon = undefined
    if (daemon !== undefined) this.#dying = daemon.stop('SIGKILL')
    await this.#dying
  }

  /** Starts the daemon and kills it before it is ready, unless it is quicker than `arm`, which is given the deed. */
  async startAndKill(arm: (kill: () => void) => () => void): Promise<void> {
    let disarm: () => void = () => undefined
    const deed = { done: false }
    const onSpawn: SpawnOptions['onSpawn'] = (child) => {
      disarm = arm(() => {
        deed.done = true
        child.kill('SIGKILL')
      })
    }
    try {
      await this.start({ onSpawn })
    } catch (error) {
      // A daemon that does not start for another reason than us is what is looked for here.
      if (!deed.done) throw error
    } finally {
      disarm()
    }
    await this.kill()
  }

  /**
   * For a dead daemon: adds lines of accounts that are there, so that so many are superseded. The last of each bears a
   * hash that its user's next login replaces by yet another line.
   */
  supersede(target: number): void {
    const { accounts, superseded } = readAccountLines(this.usersFile)
    const lines: string[] = []
    while (superseded + lines.length < target) {
      for (const [username, { id }] of accounts) {
        lines.push(`${id}|${username}|${STALE_HASH}|1700000000\n`)
        if (superseded + lines.length >= target) break
      }
    }
    appendFileSync(this.usersFile, lines.join(''))
  }

  /** Whether such a login gets in; the daemon must be alive. */
  async canLogIn(usernames: readonly string[]): Promise<ReadonlyMap<string, boolean>> {
    const client = await connectRaw(this.daemon.port)
    const outcome = new Map<string, boolean>()
    for (const username of usernames) {
      client.send(T.LOGIN_REQUEST, { username, password_hash: PASSWORD })
      const { payload } = await client.next(T.LOGIN_RESPONSE)
      outcome.set(username, payload['success'] === true)
      if (payload['success'] !== true) continue
      client.send(T.LOGOUT_REQUEST, {})
      await client.next(T.LOGOUT_RESPONSE)
    }
    await client.close()
    return outcome
  }

  async remove(): Promise<void> {
    await this.kill()
    rmSync(this.directory, { recursive: true, force: true })
  }
}
