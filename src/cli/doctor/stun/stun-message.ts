import { createHash, createHmac, randomBytes } from 'node:crypto'

/*
 * RFC 8489: 16 bits of type, 16 of length of what follows the header, the magic cookie, a transaction id of 96 bits; then
 * attributes of a type, a length and a value that is filled up to a multiple of four.
 */
const HEADER_BYTES = 20
const COOKIE = 0x2112a442
const INTEGRITY_BYTES = 24

export const Method = {
  binding: 0x0001,
  allocate: 0x0003,
  refresh: 0x0004,
} as const
const SUCCESS = 0x0100
const FAILURE = 0x0110

export const Attribute = {
  username: 0x0006,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  lifetime: 0x000d,
  realm: 0x0014,
  nonce: 0x0015,
  xorRelayedAddress: 0x0016,
  requestedTransport: 0x0019,
  xorMappedAddress: 0x0020,
} as const

export type Attributes = readonly (readonly [type: number, value: Buffer])[]

export interface StunAnswer {
  readonly outcome: 'success' | 'error'
  readonly attributes: ReadonlyMap<number, Buffer>
}

export interface StunRequest {
  readonly bytes: Buffer
  readonly method: number
  readonly transaction: Buffer
}

/** `key`: with it the request is signed, as credentials want it. */
export function stunRequest(method: number, attributes: Attributes, key?: Buffer): StunRequest {
  const transaction = randomBytes(12)
  const body = Buffer.concat(attributes.map(([type, value]) => attribute(type, value)))
  const head = Buffer.alloc(8)
  head.writeUInt16BE(method, 0)
  head.writeUInt16BE(body.length + (key === undefined ? 0 : INTEGRITY_BYTES), 2)
  head.writeUInt32BE(COOKIE, 4)
  const unsigned = Buffer.concat([head, transaction, body])
  if (key === undefined) return { bytes: unsigned, method, transaction }
  const signature = createHmac('sha1', key).update(unsigned).digest()
  return {
    bytes: Buffer.concat([unsigned, attribute(Attribute.messageIntegrity, signature)]),
    method,
    transaction,
  }
}

/** The key of a long-term credential (RFC 8489, 9.2.2). */
export function longTermKey(username: string, realm: string, password: string): Buffer {
  return createHash('md5').update(`${username}:${realm}:${password}`).digest()
}

/** Of the whole message that begins so, in bytes; undefined while it is not told. */
export function stunLength(head: Buffer): number | undefined {
  return head.length < HEADER_BYTES ? undefined : HEADER_BYTES + head.readUInt16BE(2)
}

/** What answers the request; undefined for anything else. */
export function stunAnswer(bytes: Buffer, { method, transaction }: StunRequest): StunAnswer | undefined {
  const length = stunLength(bytes)
  if (length === undefined || bytes.length < length || bytes.readUInt32BE(4) !== COOKIE) return undefined
  if (!bytes.subarray(8, HEADER_BYTES).equals(transaction)) return undefined
  const type = bytes.readUInt16BE(0)
  const outcome = type === (method | SUCCESS) ? 'success' : type === (method | FAILURE) ? 'error' : undefined
  if (outcome === undefined) return undefined
  const attributes = new Map<number, Buffer>()
  for (let at = HEADER_BYTES; at + 4 <= length;) {
    const size = bytes.readUInt16BE(at + 2)
    if (at + 4 + size > length) break
    attributes.set(bytes.readUInt16BE(at), bytes.subarray(at + 4, at + 4 + size))
    at += 4 + size + padding(size)
  }
  return { outcome, attributes }
}

/** The code and the words of an error. */
export function stunError({ attributes }: StunAnswer): { readonly code: number; readonly words: string } {
  const value = attributes.get(Attribute.errorCode)
  if (value === undefined || value.length < 4) return { code: 0, words: 'no cause' }
  const words = value.toString('utf8', 4).replaceAll(/[^\x20-\x7e]/g, '?')
  return { code: (value.readUInt8(2) & 7) * 100 + value.readUInt8(3), words }
}

/** Address and port; undefined where the attribute is missing or of another kind. */
export function xorAddress(value: Buffer | undefined, { transaction }: StunRequest): string | undefined {
  if (value === undefined || value.length < 8) return undefined
  const mask = Buffer.concat([Buffer.from('2112a442', 'hex'), transaction])
  const port = value.readUInt16BE(2) ^ (COOKIE >>> 16)
  const address = value.subarray(4).map((byte, index) => byte ^ (mask[index] ?? 0))
  if (value.readUInt8(1) === 1) return `${address.subarray(0, 4).join('.')}:${port}`
  if (address.length < 16) return undefined
  const groups = Array.from({ length: 8 }, (_, index) =>
    Buffer.from(address)
      .readUInt16BE(2 * index)
      .toString(16),
  )
  return `${new URL(`http://[${groups.join(':')}]`).hostname}:${port}`
}

function attribute(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt16BE(type, 0)
  head.writeUInt16BE(value.length, 2)
  return Buffer.concat([head, value, Buffer.alloc(padding(value.length))])
}

function padding(size: number): number {
  return (4 - (size % 4)) % 4
}
