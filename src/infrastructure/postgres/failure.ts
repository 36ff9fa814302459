import { DatabaseError } from 'pg'
import { errorCode } from '../../domain/error-code.ts'

/** `again`: rolled back because of others. `away`: no connection, or none that can be used now. `refused`: by the database. */
type Verdict =
  | { readonly kind: 'again' | 'away' | 'refused' }
  | { readonly kind: 'conflict'; readonly constraint: string }

const UNIQUE_VIOLATION = '23505'

/** Serialization failure, deadlock. */
const AGAIN = ['40001', '40P01']

/**
 * Connection exceptions, no more resources, the operator intervened, read-only (a standby), locks, who may log in, and
 * a database that is not there.
 */
const AWAY = /^(?:08|53|57|28|3D|25006|55P03)/

/** PostgreSQL's codes: https://www.postgresql.org/docs/15/errcodes-appendix.html */
export function judge(error: unknown): Verdict {
  if (!(error instanceof DatabaseError)) return { kind: 'away' }
  const { code = '', constraint = '' } = error
  if (code === UNIQUE_VIOLATION) return { kind: 'conflict', constraint }
  if (AGAIN.includes(code)) return { kind: 'again' }
  return { kind: AWAY.test(code) ? 'away' : 'refused' }
}

/** For people: never more than code and message, since an error may carry what was sent. */
export function causeOf(error: unknown): string {
  // What Node gives where a name has several addresses and none answers.
  if (error instanceof AggregateError && error.errors.length > 0) return causeOf(error.errors[0])
  if (!(error instanceof Error)) return 'unknown'
  const code = errorCode(error)
  if (code === undefined || error.message.includes(code)) return error.message
  return `${error.message} (${code})`
}
