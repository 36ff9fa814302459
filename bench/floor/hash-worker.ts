// Runs in the threads of hashes.ts.
import { hashSync } from 'bcryptjs'

export function hash({ secret, cost }: { readonly secret: string; readonly cost: number }): string {
  return hashSync(secret, cost)
}
