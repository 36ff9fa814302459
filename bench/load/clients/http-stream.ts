import { Agent, request } from 'node:http'
import { Duplex } from 'node:stream'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { fromText, toText } from '../../shared/named-frames.ts'
import { HEADER_BYTES, T } from '../../shared/wire.ts'

export type Listening = 'stream' | 'poll'

const token = z.object({ token: z.string() })
const session = z.object({ session_token: z.string() })
const message = z.looseObject({ type: z.string() })
const polled = z.object({ events: z.array(message), last: z.int() })

/** Frames as over TCP in and out, and between them plain HTTP: requests one way, a stream of events or polls the other. */
export class HttpStream extends Duplex {
  readonly #port: number
  readonly #listening: Listening
  readonly #agent = new Agent({ keepAlive: true })
  readonly #headers: Record<string, string> = {}
  #rest: Buffer = Buffer.alloc(0)

  constructor(port: number, listening: Listening) {
    super()
    this.#port = port
    this.#listening = listening
  }

  override _read(): void {
    // All that comes is pushed at once.
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#rest = Buffer.concat([this.#rest, chunk])
    this.#send().then(() => {
      done()
    }, done)
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#agent.destroy()
    done(error)
  }

  async #send(): Promise<void> {
    while (this.#rest.length >= HEADER_BYTES && this.#rest.length >= 4 + this.#rest.readUInt32BE(0)) {
      const end = 4 + this.#rest.readUInt32BE(0)
      const frame = this.#rest.subarray(0, end)
      this.#rest = this.#rest.subarray(end)
      // What is agreed on is said with the session.
      if (frame.readUInt8(4) === T.HELLO) continue
      if (frame.readUInt8(4) === T.LOGIN_REQUEST) await this.#logIn(frame)
      else await this.#ask('POST', '/api/messages', toText(frame.subarray(4)))
    }
  }

  /** The wire's two messages are three requests here. */
  async #logIn(frame: Buffer): Promise<void> {
    const login: unknown = await this.#ask('POST', '/auth/login', frame.toString('utf8', HEADER_BYTES))
    this.#headers['authorization'] = `Bearer ${token.parse(login).token}`
    const opened = await this.#ask('POST', '/api/session', '{"capabilities":[]}')
    this.#headers['session'] = session.parse(opened).session_token
    const who = z.object({ user_id: z.string(), username: z.string() }).parse(login)
    this.#take({ type: 'LOGIN_RESPONSE', success: true, ...who })
    if (this.#listening === 'stream') this.#stream()
    else void this.#poll()
  }

  async #poll(): Promise<void> {
    for (let after = 0; !this.destroyed;) {
      const { events, last } = polled.parse(await this.#ask('GET', `/api/events?after=${after}`))
      for (const event of events) this.#take(event)
      after = last
    }
  }

  #stream(): void {
    let rest = ''
    const headers = { ...this.#headers, accept: 'text/event-stream' }
    const asked = request({ port: this.#port, path: '/api/events', headers, agent: this.#agent })
    asked.on('response', (answer) => {
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        const events = (rest + chunk).split('\n\n')
        rest = events.pop() ?? ''
        for (const event of events) {
          const data = /^data: (?<data>.*)$/m.exec(event)?.groups?.['data']
          if (data !== undefined) this.#take(message.parse(JSON.parse(data)))
        }
      })
    })
    asked.on('error', () => undefined)
    asked.end()
  }

  #take(named: z.output<typeof message>): void {
    this.push(fromText(JSON.stringify(named)))
  }

  async #ask(method: string, path: string, body?: string): Promise<unknown> {
    const headers = {
      ...this.#headers,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    }
    const asked = request({ port: this.#port, method, path, headers, agent: this.#agent })
    asked.end(body)
    return new Promise((resolve, reject) => {
      asked.on('error', reject)
      asked.on('response', (answer) => {
        text(answer).then((json) => {
          if ((answer.statusCode ?? 0) < 300) resolve(JSON.parse(json))
          else reject(new Error(`${method} ${path}: ${json}`))
        }, reject)
      })
    })
  }
}
