import { Pool } from 'pg'
import type { Log } from '../../application/ports/system/log.ts'
import type { Pause } from '../../application/ports/system/pause.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import { type PostgresSettings, clientConfig, DEADLINES } from './settings.ts'
import { causeOf, judge } from './failure.ts'

/** Prepared once in each connection, under its name. */
export interface Statement {
  readonly name: string
  readonly text: string
}

/** Why nothing came of a statement. `conflict`: what it would have written contradicts a unique index. */
export type Failure =
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'conflict'; readonly constraint: string }

export interface Database {
  /** Its rows, within a deadline. Without an answer nobody knows whether it was carried out. */
  run<Row extends object>(
    statement: Statement,
    values: readonly unknown[],
  ): Promise<Result<readonly Row[], Failure>>
  close(): Promise<void>
}

const MAX_CONNECTIONS = 10

/** More than these do not wait for a connection: they are refused at once. */
const MAX_WAITING = 2000

const IDLE_MS = 60_000

const CLOSING_MS = 1000

/** So often a statement is tried that the database has rolled back because of others. */
const MAX_TRIES = 3

const unavailable = err({ kind: 'unavailable' } as const)

/** A bounded pool of connections. A lost one is replaced when it is needed; nothing that fails here throws. */
export function openDatabase(settings: PostgresSettings, log: Log, pause: Pause): Database {
  const pool = new Pool({
    ...clientConfig(settings),
    max: MAX_CONNECTIONS,
    idleTimeoutMillis: IDLE_MS,
    connectionTimeoutMillis: DEADLINES.connectMs,
  })
  let isAway = false
  let closing: Promise<void> | undefined
  // Of a connection that nobody uses just now: the next one who needs it takes another.
  pool.on('error', () => undefined)

  return {
    async run<Row extends object>(
      { name, text }: Statement,
      values: readonly unknown[],
    ): Promise<Result<readonly Row[], Failure>> {
      if (closing !== undefined || pool.waitingCount >= MAX_WAITING) return unavailable
      for (let tries = 1; ; tries++) {
        try {
          const { rows } = await pool.query<Row>({ name, text, values: [...values] })
          tellBack()
          return ok(rows)
        } catch (error) {
          const verdict = judge(error)
          switch (verdict.kind) {
            case 'again':
              if (tries < MAX_TRIES) continue
              return unavailable
            case 'conflict':
              return err(verdict)
            case 'away':
              tellAway(causeOf(error))
              return unavailable
            case 'refused':
              log.error({ cause: causeOf(error), statement: name }, 'the database refuses a statement')
              return unavailable
            default:
              return verdict satisfies never
          }
        }
      }
    },

    close() {
      closing ??= end()
      return closing
    },
  }

  /** A statement that is under way has its deadline, which a stop does not wait for. */
  async function end(): Promise<void> {
    const ended = new AbortController()
    const ending = pool.end().then(() => {
      ended.abort()
    })
    await Promise.race([ending, pause(CLOSING_MS, ended.signal)])
  }

  function tellAway(cause: string): void {
    if (!isAway) log.error({ cause }, 'the database cannot be used: what needs it is refused')
    isAway = true
  }

  function tellBack(): void {
    if (isAway) log.info({}, 'the database can be used again')
    isAway = false
  }
}
