// A bcrypt hash: `$2b$`, two digits of cost (the work is 2^cost rounds), `$`, 22 characters of salt, 31 of digest.
const BCRYPT = /^\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/

export function isBcryptHash(hash: string): boolean {
  return BCRYPT.test(hash)
}

/** The cost of a bcrypt hash; undefined for whatever is not one. */
export function bcryptCost(hash: string): number | undefined {
  const cost = BCRYPT.exec(hash)?.[1]
  return cost === undefined ? undefined : Number(cost)
}

/** A hash that no known password has, and that takes as long to compare with as any other of this cost. */
export function dummyHash(cost: number): string {
  return `$2b$${String(cost).padStart(2, '0')}$${'.'.repeat(53)}`
}
