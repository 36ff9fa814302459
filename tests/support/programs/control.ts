import { request } from 'node:http'
import { join } from 'node:path'
import { type Ran, runProgram } from './run-program.ts'
import type { SpawnedDaemon } from './spawned-daemon.ts'

/** One request over a control socket, with its body as it is. */
export function askControl(
  socketPath: string,
  method: string,
  path: string,
  body: string | Buffer = '',
): Promise<{ readonly status: number | undefined; readonly body: unknown }> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, method, path }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('error', reject)
      response.on('end', () => {
        resolve({ status: response.statusCode, body: JSON.parse(text) })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** `roomrtc-server ctl …` for a daemon that runs. */
export function ctl(daemon: SpawnedDaemon, args: readonly string[], input?: string): Promise<Ran> {
  const socket = join(daemon.cwd, 'roomrtc.sock')
  return runProgram(['ctl', '--socket', socket, ...args], {
    cwd: daemon.cwd,
    ...(input === undefined ? {} : { input }),
  })
}
