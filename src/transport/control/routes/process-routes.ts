import { z } from 'zod'
import { ok } from '../../../domain/result.ts'
import type { StatusAnswer } from '../answers.ts'
import { deny, route, type Route } from '../route.ts'

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const
type LogLevel = (typeof LEVELS)[number]

/** The process as a whole, for an administrator. */
export interface ProcessControl {
  status(): Promise<StatusAnswer>
  readonly logLevel: string
  setLogLevel(level: LogLevel): void
  readonly phase: StatusAnswer['phase']
  drain(): void
  /** The faults that kept it from being done. */
  reload(): Promise<readonly string[]>
}

const nothing = z.strictObject({})

export function processRoutes(control: ProcessControl): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/status',
      input: nothing,
      run: async () => ({ answer: ok(await control.status()) }),
    }),
    route({
      method: 'GET',
      path: '/v1/log/level',
      input: nothing,
      run: () => ({ answer: ok({ level: control.logLevel }) }),
    }),
    route({
      method: 'POST',
      path: '/v1/log/level',
      action: 'log level',
      input: z.strictObject({ level: z.enum(LEVELS) }),
      about: ({ level }) => ({ wanted: level }),
      run({ level }) {
        control.setLogLevel(level)
        return { answer: ok({ level }) }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/drain',
      action: 'drain',
      input: nothing,
      run() {
        if (control.phase !== 'running') return { answer: ok({ phase: control.phase }) }
        return {
          answer: ok({ phase: 'draining' }),
          afterwards: () => {
            if (control.phase === 'running') control.drain()
          },
        }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/reload',
      action: 'reload',
      input: nothing,
      async run() {
        const faults = await control.reload()
        if (faults.length > 0) return deny(409, 'not_reloaded', faults.join('\n'))
        return { answer: ok({ log_level: control.logLevel }) }
      },
    }),
  ]
}
