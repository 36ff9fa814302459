import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

/**
 * What buffers hold in this process, after everything that nobody holds is gone. The engine frees buffers beside the
 * program; a second collection waits until the first one's are done.
 */
export function bufferBytes(): number {
  collect()
  collect()
  return process.memoryUsage().arrayBuffers
}

/** Node cuts small buffers from slabs of this size, so whoever keeps one byte may keep so much. */
export const SLAB_BYTES = Buffer.poolSize
