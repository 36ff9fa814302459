import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** A program that has a client do what a scenario says. */
export interface Driver {
  tell(deed: string): void
  end(): Promise<void>
}

/** Runs the command in a shell, with host and port behind it; each deed is a line of its standard input. */
export function startDriver(command: string, host: string, port: number): Driver {
  const child = spawn(`exec ${command} ${host} ${port}`, {
    shell: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  const ended = once(child, 'exit').catch(() => undefined)
  child.stdin.on('error', () => undefined)
  return {
    tell(deed) {
      child.stdin.write(`${deed}\n`)
    },
    async end() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
