import type { Transport } from '../../session/conversation/sink.ts'

/** Connections of one kind: those that have a place, and all that ever had. */
interface Traffic {
  inside: number
  total: number
}

export type TrafficByTransport = Readonly<Record<Transport, Readonly<Traffic>>>

/** By what carries them, which metrics have as a label. */
export function noTraffic(): Record<Transport, Traffic> {
  return {
    tcp: nothing(),
    tls: nothing(),
    'websocket-json': nothing(),
    'websocket-binary': nothing(),
    'socket-io': nothing(),
    http: nothing(),
  }
}

function nothing(): Traffic {
  return { inside: 0, total: 0 }
}
