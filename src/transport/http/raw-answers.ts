import type { Duplex } from 'node:stream'
import { errorCode } from '../../domain/error-code.ts'
import { httpErrors, type HttpErrorReason } from './http-errors.ts'

/** For a request that is none, so that nothing else can answer it. */
export function answerBrokenRequest(error: Error, stream: Duplex): void {
  if (!stream.writable || errorCode(error) === 'ECONNRESET') {
    stream.destroy()
    return
  }
  answerAndEnd(stream, brokenBy(errorCode(error)))
}

/** For an upgrade that no door is there for. */
export function answerUnknownUpgrade(stream: Duplex): void {
  answerAndEnd(stream, 'not_found')
}

function brokenBy(code: string | undefined): HttpErrorReason {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return 'headers_too_large'
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 'request_timeout'
    case undefined:
    default:
      return 'malformed_request'
  }
}

function answerAndEnd(stream: Duplex, reason: HttpErrorReason): void {
  const { code, name, message } = httpErrors[reason]
  const body = JSON.stringify({ error: reason, message })
  stream.on('error', () => undefined)
  stream.end(
    `HTTP/1.1 ${code} ${name}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  )
  // Who does not read it is not waited for.
  stream.on('finish', () => stream.destroy())
}
