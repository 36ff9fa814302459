import { Socket } from 'node:net'
import type { Daemon } from '../../../src/daemon/daemon.ts'

/** The ports of nodes that are one daemon to the test, by that of the first. Whoever comes next gets the one that is next. */
type Turns = Map<number, number[]>

const turns: Turns = new Map()
const webTurns: Turns = new Map()

type Ports = Pick<Daemon, 'port' | 'httpPort'>

/** From now on every other client of the first one comes to the second; returns what ends that. */
export function takeTurns(first: Ports, second: Ports): () => void {
  splitConnections()
  const { port, httpPort } = first
  turns.set(port, [second.port, port])
  if (httpPort !== undefined && second.httpPort !== undefined)
    webTurns.set(httpPort, [second.httpPort, httpPort])
  return () => {
    turns.delete(port)
    if (httpPort !== undefined) webTurns.delete(httpPort)
  }
}

/** A URL of a daemon's port for HTTP, for the next client: that of one of its nodes, where it stays. */
export function urlInTurn(url: string): string {
  const [whole, before = '', port = ''] = /^(\w+:\/\/[\w.]+:)(\d+)/.exec(url) ?? ['']
  return whole === '' ? url : `${before}${inTurn(webTurns, Number(port))}${url.slice(whole.length)}`
}

function inTurn(of: Turns, port: number): number {
  const ports = of.get(port)
  const next = ports?.shift()
  if (ports === undefined || next === undefined) return port
  ports.push(next)
  return next
}

let isSplitting = false

/** Whoever connects to a daemon's port for frames is connected with its nodes in turn, as by a load balancer. */
function splitConnections(): void {
  if (isSplitting) return
  isSplitting = true
  const connect: unknown = Reflect.get(Socket.prototype, 'connect')
  if (typeof connect !== 'function') throw new Error('a socket cannot connect')
  Reflect.set(Socket.prototype, 'connect', function (this: Socket, ...args: unknown[]): unknown {
    const [given] = args
    // Node hands on an array of the options and a listener.
    if (Array.isArray(given)) given[0] = turned(given[0])
    else args[0] = turned(given)
    return Reflect.apply(connect, this, args)
  })
}

function turned(options: unknown): unknown {
  if (typeof options !== 'object' || options === null || !('port' in options)) return options
  const { port } = options
  return typeof port === 'number' ? { ...options, port: inTurn(turns, port) } : options
}
