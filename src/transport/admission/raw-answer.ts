import type { Duplex } from 'node:stream'

/** An answer of HTTP where there is nothing yet, or nothing any more, that could answer. */
export interface RawAnswer {
  readonly code: number
  readonly name: string
  /** The stable word. */
  readonly error: string
  readonly message: string
}

/** Answers in JSON and ends the connection. */
export function answerAndEnd(stream: Duplex, { code, name, error, message }: RawAnswer): void {
  const body = JSON.stringify({ error, message })
  stream.on('error', () => undefined)
  stream.end(
    `HTTP/1.1 ${code} ${name}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
  // Who does not read it is not waited for.
  stream.on('finish', () => stream.destroy())
}
