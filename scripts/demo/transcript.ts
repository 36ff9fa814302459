import type { Traffic } from '../../src/sdk/connection/exchange.ts'
import { describePush, describeRequest } from './describe.ts'

const ROUTE_WIDTH = 16
const TYPE_WIDTH = 20

export interface Transcript {
  /** Begins a part of the story. */
  readonly section: (title: string, explanation: string) => void
  /** For the `trace` of the client of that user. */
  readonly traceOf: (username: string) => (traffic: Traffic) => void
  /** What went from peer to peer. */
  readonly direct: (from: string, to: string, text: string) => void
}

/** Prints who sent what to whom, in columns. */
export function createTranscript(print: (line: string) => void): Transcript {
  const names = new Map<string, string>()
  const nameOf = (userId: string) => names.get(userId) ?? 'somebody unknown'
  const row = (from: string, to: string, what: string, detail: string) => {
    print(`  ${`${from} → ${to}`.padEnd(ROUTE_WIDTH)}${what.padEnd(TYPE_WIDTH)}${detail}`.trimEnd())
  }

  return {
    section(title, explanation) {
      print('')
      print(title)
      print(`  ${explanation}`)
      print('')
    },

    traceOf: (username) => (traffic) => {
      const { way, message } = traffic
      if (way === 'sent') {
        row(username, 'server', message.type, describeRequest(message, nameOf))
        return
      }
      if (message.type === 'REGISTER_RESPONSE' && message.payload.success) {
        names.set(message.payload.user_id, message.payload.username)
      }
      row('server', username, message.type, describePush(message, nameOf))
    },

    direct(from, to, text) {
      row(from, to, 'data channel', `"${text}"`)
    },
  }
}
