// The daemon of a soak, in a process of its own that can be asked how it stands: node --expose-gc, and told by messages.
import { readdirSync } from 'node:fs'
import { startDaemon } from '../../src/compose.ts'
import { configSchema } from '../../src/config/schema.ts'
import { createLogger } from '../../src/infrastructure/log/logger.ts'
import type { Measurement } from './measured-daemon.ts'

const { gc } = globalThis
if (gc === undefined || process.send === undefined) throw new Error('to be started by measured-daemon.ts')
const tell = process.send.bind(process)

const { log } = createLogger({ level: 'warn', console: true, filePath: undefined, pretty: false })
let faults = 0
const config = configSchema.parse(JSON.parse(process.argv[2] ?? '{}'))
const daemon = await startDaemon(config, {
  debug: () => undefined,
  info: () => undefined,
  warn: (fields, message) => {
    log.warn(fields, message)
  },
  error(fields, message) {
    faults += 1
    log.error(fields, message)
  },
})

process.on('message', (asked) => {
  if (asked === 'measure') void measure().then((measured) => tell(measured))
  if (asked === 'stop')
    void daemon.stop().then(() => {
      process.disconnect()
    })
})
// Whoever started this is gone.
process.on('disconnect', () => process.exit())
tell({ port: daemon.port })

async function measure(): Promise<Measurement> {
  // What a first collection finalizes, a second one frees.
  for (let i = 0; i < 2; i += 1) {
    gc?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
  const { heapUsed, external, rss } = process.memoryUsage()
  const active = process.getActiveResourcesInfo()
  // What the disk is asked for is under way, not held: with a disk that stands still it is there in one measurement after another.
  const isOfDisk = (kind: string) => kind.startsWith('FSReq')
  const isTimer = (kind: string) => kind === 'Timeout' || kind === 'Immediate'
  return {
    heapBytes: heapUsed,
    externalBytes: external,
    rssBytes: rss,
    handles: active.filter((kind) => !isTimer(kind) && !isOfDisk(kind)).toSorted(),
    timers: active.filter(isTimer).length,
    descriptors: countDescriptors(),
    faults,
  }
}

/** Undefined where there is no /proc. The folder that is read is itself one of them. */
function countDescriptors(): number | undefined {
  try {
    return readdirSync('/proc/self/fd').length - 1
  } catch {
    return undefined
  }
}
