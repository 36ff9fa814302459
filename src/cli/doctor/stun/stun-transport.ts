import { createSocket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { connect as connectTcp } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { tlsSocket } from '../open-line.ts'
import { within } from '../within.ts'
import { type StunAnswer, stunAnswer, stunLength, type StunRequest } from './stun-message.ts'
import type { StunUrl } from './stun-url.ts'

/** One way to a STUN server, which is asked one thing at a time. */
export interface StunTransport {
  /** Rejects when nothing comes within the time, or the way is lost. */
  ask(request: StunRequest): Promise<StunAnswer>
  /** Where it speaks TLS. */
  readonly tls: TLSSocket | undefined
  close(): void
}

/** RFC 8489, 6.2.1: over UDP what is not answered is asked again. */
const RETRANSMIT_MS = 500
const MAX_ANSWER_BYTES = 65_536 + 20

/** `ca`: PEM of an authority that counts beside those of the system. */
export async function openStun(url: StunUrl, ms: number, ca?: string): Promise<StunTransport> {
  return url.transport === 'udp' ? overUdp(url, ms) : overStream(url, ms, ca)
}

async function overUdp({ host, port }: StunUrl, ms: number): Promise<StunTransport> {
  const { address, family } = await within(ms, 'an answer of the DNS', lookup(host))
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4')
  return {
    tls: undefined,
    async ask(request) {
      const send = () => {
        socket.send(request.bytes, port, address)
      }
      const timer = setInterval(send, RETRANSMIT_MS)
      const answered = new Promise<StunAnswer>((resolve, reject) => {
        socket.on('message', (bytes) => {
          const answer = stunAnswer(bytes, request)
          if (answer !== undefined) resolve(answer)
        })
        socket.on('error', reject)
      })
      send()
      try {
        return await within(ms, 'an answer', answered)
      } finally {
        clearInterval(timer)
        socket.removeAllListeners('message')
        socket.removeAllListeners('error')
      }
    },
    close() {
      socket.close()
    },
  }
}

async function overStream(
  { host, port, transport }: StunUrl,
  ms: number,
  ca: string | undefined,
): Promise<StunTransport> {
  const secure = transport === 'tls' ? tlsSocket(host, port, { ca }) : undefined
  const socket: Duplex = secure ?? connectTcp({ host, port })
  let held: Buffer = Buffer.alloc(0)
  let lost: Error | undefined
  let wake: (() => void) | undefined
  const lose = (error: Error) => {
    lost ??= error
    wake?.()
  }
  socket.on('error', lose)
  socket.on('close', () => {
    lose(new Error('the server has closed the connection'))
  })
  socket.on('data', (bytes: Buffer) => {
    held = Buffer.concat([held, bytes])
    if (held.length > MAX_ANSWER_BYTES) socket.destroy()
    wake?.()
  })
  const news = () => new Promise<void>((resolve) => (wake = resolve))
  const connected = new Promise<void>((resolve, reject) => {
    socket.once(secure === undefined ? 'connect' : 'secureConnect', resolve)
    socket.once('error', reject)
  })
  await within(ms, 'a connection', connected, () => socket.destroy())

  const answerTo = async (request: StunRequest): Promise<StunAnswer> => {
    for (;;) {
      const length = stunLength(held)
      if (length !== undefined && held.length >= length) {
        const answer = stunAnswer(held.subarray(0, length), request)
        held = held.subarray(length)
        if (answer !== undefined) return answer
        continue
      }
      if (lost !== undefined) throw lost
      await news()
    }
  }
  return {
    tls: secure,
    ask(request) {
      socket.write(request.bytes)
      return within(ms, 'an answer', answerTo(request))
    },
    close() {
      socket.destroy()
    },
  }
}
