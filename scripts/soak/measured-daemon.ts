import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

const measurement = z.object({
  /** After garbage collection. */
  heapBytes: z.number(),
  externalBytes: z.number(),
  rssBytes: z.number(),
  /** What keeps the event loop alive, timers apart, by kind and in order: sockets, the listener, threads. */
  handles: z.array(z.string()),
  timers: z.number(),
  /** Open files of the process, where the system tells. */
  descriptors: z.number().optional(),
  /** Errors that the daemon has logged. */
  faults: z.number(),
})

export type Measurement = Readonly<z.infer<typeof measurement>>

/** A daemon in a child process that can be asked how it stands. */
export interface MeasuredDaemon {
  readonly port: number
  measure(): Promise<Measurement>
  /** In good order; `kill` ends it however it is. */
  stop(): Promise<void>
  kill(): void
}

const PROCESS = fileURLToPath(new URL('./daemon-process.ts', import.meta.url))

export async function startMeasuredDaemon(config: object): Promise<MeasuredDaemon> {
  const child = spawn(process.execPath, ['--expose-gc', '--import', 'tsx', PROCESS, JSON.stringify(config)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const closed = once(child, 'close')
  const { port } = z.object({ port: z.number() }).parse(await answer(child))
  return {
    port,
    async measure() {
      const measured = answer(child)
      child.send('measure')
      return measurement.parse(await measured)
    },
    async stop() {
      child.send('stop')
      await closed
    },
    kill: () => void child.kill('SIGKILL'),
  }
}

/** The next message of the child; rejects if it ends instead. */
function answer(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = () => {
      child.off('message', told)
      reject(new Error('the daemon of the soak has ended'))
    }
    const told = (message: unknown) => {
      child.off('close', ended)
      resolve(message)
    }
    child.once('message', told)
    child.once('close', ended)
  })
}
