import { request as httpRequest } from 'node:http'
import { errorCode } from '../../domain/error-code.ts'
import { ExitCode } from '../exit-code.ts'
import { CommandFailure } from './command-failure.ts'

export interface ControlResponse {
  readonly status: number
  readonly body: unknown
}

/** Longer than any answer takes. */
const TIMEOUT_MS = 120_000

/** One request over the control socket. Throws a CommandFailure `unreachable` where nobody answers. */
export function request(
  socketPath: string,
  method: string,
  path: string,
  input: object,
): Promise<ControlResponse> {
  const query = method === 'GET' ? `?${queryOf(input)}` : ''
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      reject(new CommandFailure(ExitCode.unreachable, 'unreachable', sentence(socketPath, error)))
    }
    const sent = httpRequest({ socketPath, method, path: path + query, timeout: TIMEOUT_MS }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('error', fail)
      response.on('end', () => {
        try {
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) })
        } catch (error) {
          fail(error instanceof Error ? error : new Error(String(error)))
        }
      })
    })
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)))
    sent.on('error', fail)
    sent.end(method === 'GET' ? undefined : JSON.stringify(input))
  })
}

function queryOf(input: object): string {
  const given = Object.entries(input).filter(([, value]) => value !== undefined)
  return new URLSearchParams(given.map(([key, value]): [string, string] => [key, String(value)])).toString()
}

function sentence(path: string, error: Error): string {
  switch (errorCode(error)) {
    case 'ENOENT':
      return `no daemon is reachable: there is no socket ${path}. Name it by --socket, or the daemon's configuration by --config`
    case 'ECONNREFUSED':
      return `no daemon is reachable: nobody listens on ${path} any more`
    case 'EACCES':
      return `no daemon is reachable: you may not open ${path}. Only the daemon's own user and root may`
    case undefined:
    default:
      return `no daemon is reachable by ${path}: ${error.message}`
  }
}
