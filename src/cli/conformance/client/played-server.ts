import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { encodeFrame } from '../../../protocol/framing/frame.ts'
import { messageTable } from '../../../protocol/message-table.ts'
import { CommandFailure } from '../../ctl/command-failure.ts'
import { ExitCode } from '../../exit-code.ts'
import type { ClientScenario } from '../scenarios/client-schema.ts'
import { describe, nameOf, type Received } from '../scenarios/received.ts'
import { type Guest, houseAnswers } from './housekeeping.ts'
import { News } from './news.ts'
import { PlayedConnection } from './played-connection.ts'
import { PlayedSession } from './played-session.ts'

/** The server as the client sees it: it answers what no step is about, and keeps the rest until a step asks for it. */
export class PlayedServer {
  readonly session = new PlayedSession()
  readonly guest: Guest = { username: 'alice', wanted: [] }
  readonly news = new News()
  /** What came and no step has taken, of the present connection. */
  readonly queue: Received[] = []
  /** Types that are not answered by themselves. */
  byHand: ReadonlySet<string> = new Set()
  /** What cannot be read of what came. */
  fault: string | undefined
  logins = 0
  connection: PlayedConnection | undefined
  readonly #fresh: PlayedConnection[] = []
  readonly #open = new Set<PlayedConnection>()
  readonly #scenario: ClientScenario
  readonly #say: (line: string) => void
  readonly #server: Server

  constructor(scenario: ClientScenario, say: (line: string) => void) {
    this.#scenario = scenario
    this.#say = say
    this.#server = createServer({ allowHalfOpen: true }, (socket) => {
      const connection = new PlayedConnection(socket, scenario.split, {
        came: (received) => {
          this.#take(connection, received)
        },
        fault: (what) => {
          this.fault = what
          this.news.tell()
        },
        ended: () => {
          this.#open.delete(connection)
          this.news.tell()
        },
      })
      this.#open.add(connection)
      this.#fresh.push(connection)
      this.news.tell()
    })
  }

  /** Gives the port. Rejects with a CommandFailure where it cannot be had. */
  async listen(host: string, port: number): Promise<number> {
    this.#server.listen(port, host)
    try {
      await once(this.#server, 'listening')
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      throw new CommandFailure(ExitCode.usage, 'cannot_listen', `--listen ${host}:${port}: ${why}`)
    }
    const address = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : port
  }

  /** A connection that no step has taken becomes the present one. */
  nextConnection(): PlayedConnection | undefined {
    const [next] = this.#fresh.splice(0, 1)
    if (next === undefined) return undefined
    this.connection = next
    return next
  }

  get hasFreshConnection(): boolean {
    return this.#fresh.length > 0
  }

  /** The frame of a message, numbered where the session numbers it. */
  frameOf(type: string, payload: Readonly<Record<string, unknown>>): Buffer {
    const code = codeOf(type)
    this.#say(`→ ${type} ${JSON.stringify(payload).slice(0, SHOWN)}`)
    return encodeFrame(code, JSON.stringify(this.session.number(code, payload)))
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const connection of this.#open) connection.drop()
    await closed
  }

  #take(connection: PlayedConnection, received: Received): void {
    // What a dropped connection still brings has not arrived.
    if (connection.dropped) return
    const name = nameOf(received.type)
    this.#say(`← ${describe(received).slice(0, SHOWN)}`)
    this.session.take(received)
    const answers = this.byHand.has(name)
      ? undefined
      : houseAnswers(name, received, this.guest, this.session, this.#scenario)
    if (answers === undefined) this.queue.push(received)
    else {
      const requestId = received.payload['request_id']
      for (const [at, { type, payload }] of answers.entries()) {
        const echoed = at === 0 && requestId !== undefined ? { ...payload, request_id: requestId } : payload
        connection.write(this.frameOf(type, echoed))
      }
      if (name === 'LOGIN_REQUEST') this.logins += 1
    }
    this.news.tell()
  }
}

const SHOWN = 160

/** Of a name, or of a code in hexadecimal digits. */
export function codeOf(type: string): number {
  for (const [name, { code }] of Object.entries(messageTable)) if (name === type) return code
  return Number.parseInt(type, 16)
}
