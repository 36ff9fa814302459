import type { Random } from '../../application/ports/system/random.ts'

export const systemRandom: Random = { fraction: () => Math.random() }
