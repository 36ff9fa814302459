import type { Account } from '../../../domain/user.ts'

export function isSameAccount(a: Account | undefined, b: Account | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return (
    a.id === b.id &&
    a.username === b.username &&
    a.passwordHash === b.passwordHash &&
    a.createdAt === b.createdAt &&
    (a.disabled ?? false) === (b.disabled ?? false)
  )
}
