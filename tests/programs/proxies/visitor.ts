import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { json } from 'node:stream/consumers'
import { connect as connectTls } from 'node:tls'
import { expect } from 'vitest'
import { WebSocket } from 'ws'
import { z } from 'zod'

/** The port of a proxy behind which is HTTP. */
export interface Door {
  readonly port: number
  /** It speaks TLS. */
  readonly secure: boolean
}

type Headers = Readonly<Record<string, string>>

interface Answer {
  readonly status: number | undefined
  readonly body: Readonly<Record<string, unknown>>
}

/** A WebSocket with `roomrtc.json`. */
interface Talk {
  readonly send: (type: string, fields?: object) => void
  /** The first message of that type. */
  readonly told: (type: string) => Promise<Readonly<Record<string, unknown>>>
  /** Waits for the end: the close code, and the reason. */
  readonly closed: () => Promise<{ code: number; reason: string }>
}

/** Somebody who comes from an address of their own. */
export interface Visitor {
  readonly ask: (method: string, path: string, headers?: Headers, body?: object | string) => Promise<Answer>
  /** Of an answer that does not end: resolves when that has come. */
  readonly listen: (path: string, headers: Headers) => { readonly until: (text: string) => Promise<void> }
  readonly open: (headers?: Headers) => Talk
  /** A connection of which a test writes every byte. */
  readonly raw: () => Duplex
}

const anObject = z.record(z.string(), z.unknown())

/** Nobody has vouched for the certificates of tests. */
const ANY_CERTIFICATE = { rejectUnauthorized: false }

export function visitor({ port, secure }: Door, localAddress: string, ends: (() => unknown)[]): Visitor {
  const where = { host: '127.0.0.1', port, localAddress, ...ANY_CERTIFICATE }

  function start(method: string, path: string, headers: Headers): ClientRequest {
    const started = (secure ? httpsRequest : httpRequest)({ ...where, method, path, headers, agent: false })
    ends.push(() => started.destroy())
    started.on('error', () => undefined)
    return started
  }

  return {
    async ask(method, path, headers = {}, body) {
      const type = body === undefined ? {} : { 'Content-Type': 'application/json' }
      const text = typeof body === 'object' ? JSON.stringify(body) : (body ?? '')
      const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(text)) }
      const asked = start(method, path, { ...type, ...length, ...headers })
      asked.end(text)
      const answer = await answerTo(asked)
      return { status: answer.statusCode, body: anObject.parse(await json(answer)) }
    },

    listen(path, headers) {
      const asked = start('GET', path, headers)
      asked.end()
      let came = ''
      void answerTo(asked).then((answer) =>
        answer.setEncoding('utf8').on('data', (text: string) => (came += text)),
      )
      return {
        async until(text) {
          await expect.poll(() => came).toContain(text)
        },
      }
    },

    open(headers = {}) {
      const url = `${secure ? 'wss' : 'ws'}://127.0.0.1:${port}/ws`
      const socket = new WebSocket(url, 'roomrtc.json', { localAddress, headers, ...ANY_CERTIFICATE })
      ends.push(() => {
        socket.terminate()
      })
      const messages: Record<string, unknown>[] = []
      let end: { code: number; reason: string } | undefined
      socket.on('message', (data) => messages.push(anObject.parse(JSON.parse(String(data)))))
      socket.on('close', (code, reason) => (end = { code, reason: String(reason) }))
      socket.on('error', () => undefined)
      const opened = once(socket, 'open')
      return {
        send: (type, fields = {}) => void opened.then(() => socket.send(JSON.stringify({ type, ...fields }))),
        async told(type) {
          await expect.poll(() => messages.map((message) => message['type'])).toContain(type)
          return messages.find((message) => message['type'] === type) ?? {}
        },
        async closed() {
          await expect.poll(() => end).toBeDefined()
          return end ?? { code: 0, reason: '' }
        },
      }
    },

    raw() {
      const socket = secure ? connectTls(where) : connect(where)
      socket.on('error', () => undefined)
      ends.push(() => socket.destroy())
      return socket
    },
  }
}

async function answerTo(asked: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    asked.on('response', resolve)
    asked.on('error', reject)
  })
}
