import type { Random } from '../application/ports/random.ts'

export const systemRandom: Random = { fraction: () => Math.random() }
