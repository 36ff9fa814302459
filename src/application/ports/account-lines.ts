import type { Result } from '../../domain/result.ts'
import type { Account } from '../../domain/user.ts'

/** The form in which accounts leave one server and come into another: a line of `users.txt` each, without its end. */
export interface AccountLines {
  /** Undefined for a comment or a blank line. A fault never quotes the line, which has a password hash. */
  parse(line: string): Result<Account | undefined, string>
  format(account: Account): string
}
