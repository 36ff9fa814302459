import { type MessageDefinition, messageTable } from '../../src/protocol/message-table.ts'
import type { Traffic } from '../support/held-line.ts'
import { describePush, describeRequest } from './describe.ts'

const ROUTE_WIDTH = 16
const TYPE_WIDTH = 20

export interface Transcript {
  /** Begins a part of the story. */
  readonly section: (title: string, explanation: string) => void
  /** For the line of that user's client. */
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
      const definition = Object.entries<MessageDefinition>(messageTable).find(
        ([name]) => name === message.type,
      )?.[1]
      if (way === 'sent') {
        const read = definition?.client?.read(message.payload)
        if (read?.ok === true) row(username, 'server', message.type, describeRequest(read.value, nameOf))
        return
      }
      const read = definition?.server?.read(message.payload)
      if (read?.ok !== true) return
      const { type, payload } = read.value
      if (type === 'REGISTER_RESPONSE' && payload.success) names.set(payload.user_id, payload.username)
      row('server', username, type, describePush(read.value, nameOf))
    },

    direct(from, to, text) {
      row(from, to, 'data channel', `"${text}"`)
    },
  }
}
