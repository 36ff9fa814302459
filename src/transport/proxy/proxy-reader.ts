import type { Socket } from 'node:net'
import { parseProxyHeader } from './proxy-header.ts'
import { invalid, type ProxyOutcome } from './proxy-outcome.ts'

type Finished = Exclude<ProxyOutcome, { kind: 'incomplete' }>

/** Takes the header off a fresh socket and nothing more: what came behind it is there for the next reader. */
export function readProxyHeader(socket: Socket, timeoutMs: number, done: (outcome: Finished) => void): void {
  let received: Buffer = Buffer.alloc(0)
  const deadline = setTimeout(() => {
    giveUp('it was not complete in time')
  }, timeoutMs)
  socket.on('readable', take)
  socket.on('end', leave)
  socket.on('close', leave)
  // Stays: of a broken connection 'close' tells.
  socket.on('error', () => undefined)

  function take(): void {
    const chunk: unknown = socket.read()
    if (!Buffer.isBuffer(chunk)) return
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    finish(parseProxyHeader(received))
  }

  function leave(): void {
    giveUp('the peer left before it was complete')
  }

  function giveUp(why: string): void {
    finish(received.length === 0 ? { kind: 'silent' } : invalid(why))
  }

  function finish(outcome: ProxyOutcome): void {
    if (outcome.kind === 'incomplete') return
    clearTimeout(deadline)
    socket.off('readable', take)
    socket.off('end', leave)
    socket.off('close', leave)
    if (outcome.kind === 'header' && received.length > outcome.length) {
      socket.unshift(received.subarray(outcome.length))
    }
    done(outcome)
  }
}
