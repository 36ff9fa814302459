import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { KeyObject } from 'node:crypto'
import { AUDIENCE } from './issuers.ts'
import { ed25519Key, mint, publicJwk } from './mint.ts'

/** An issuer on the loopback address that publishes its keys, and answers otherwise where the test says so. */
export class IssuerServer {
  readonly url: string
  /** How often somebody has asked. */
  asked = 0
  /** Instead of the keys. */
  misbehave: ((response: ServerResponse) => void) | undefined
  #keys: { readonly kid: string; readonly key: KeyObject }[] = []
  readonly #close: () => Promise<void>
  #closed: Promise<void> | undefined

  private constructor(url: string, close: () => Promise<void>) {
    this.url = url
    this.#close = close
    this.rotate()
  }

  static async start(port = 0): Promise<IssuerServer> {
    const server = createServer((_, response) => {
      issuer.asked += 1
      if (issuer.misbehave === undefined) response.end(JSON.stringify(issuer.keySet))
      else issuer.misbehave(response)
    })
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
    const issuer = new IssuerServer(`http://127.0.0.1:${address.port}/keys.json`, async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    })
    return issuer
  }

  get keySet(): { readonly keys: readonly object[] } {
    return { keys: this.#keys.map(({ kid, key }) => publicJwk(key, kid)) }
  }

  /** Publishes one more key and signs with it from now on; those before stay, unless they are withdrawn. */
  rotate({ withdraw = false } = {}): void {
    if (withdraw) this.#keys = []
    this.#keys.unshift({ kid: `key-${this.#keys.length}-${Math.random()}`, key: ed25519Key() })
  }

  /** A token by its newest key, good for a minute. */
  token(sub: string, nowMs: number = Date.now()): string {
    const [newest] = this.#keys
    if (newest === undefined) throw new Error('an issuer has a key')
    const exp = Math.floor(nowMs / 1000) + 60
    return mint(newest.key, { alg: 'EdDSA', kid: newest.kid }, { iss: this.url, aud: AUDIENCE, sub, exp })
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }
}
