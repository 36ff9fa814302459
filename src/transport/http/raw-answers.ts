import type { Duplex } from 'node:stream'
import { errorCode } from '../../domain/error-code.ts'
import { answerAndEnd } from '../admission/raw-answer.ts'
import { httpErrors, type HttpErrorReason } from './http-errors.ts'

/** For a request that is none, so that nothing else can answer it. */
export function answerBrokenRequest(error: Error, stream: Duplex): void {
  if (!stream.writable || errorCode(error) === 'ECONNRESET') {
    stream.destroy()
    return
  }
  answer(stream, brokenBy(errorCode(error)))
}

/** For an upgrade that no door is there for. */
export function answerUnknownUpgrade(stream: Duplex): void {
  answer(stream, 'not_found')
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

function answer(stream: Duplex, reason: HttpErrorReason): void {
  answerAndEnd(stream, { ...httpErrors[reason], error: reason })
}
