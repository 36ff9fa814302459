import { errorCode } from '../domain/error-code.ts'
import { ExitCode } from './exit-code.ts'

/** Nobody reads the output any more. */
export class OutputClosed extends Error {}

/**
 * Whoever reads the output may go before its end, as `head` does. That is no fault: what is printed is lost and the exit code
 * stays. A command that goes on until somebody ends it is ended as by Ctrl-C.
 */
export function bearClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: Error) => {
      if (errorCode(error) === 'EPIPE') process.emit('SIGINT')
      else {
        process.stderr.write(`the output cannot be written: ${error.message}\n`)
        process.exit(ExitCode.refused)
      }
    })
  }
}

/** Waits for whoever reads; rejects with OutputClosed where nobody does. */
export function writeOut(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (!(error instanceof Error)) resolve()
      else reject(errorCode(error) === 'EPIPE' ? new OutputClosed() : error)
    })
  })
}
