/** Headers of the PROXY protocol as proxy-protocol.txt has them: nothing here is shared with src. */

export const v1Header = (address: string, port: number): Buffer =>
  Buffer.from(`PROXY TCP4 ${address} 10.0.0.1 ${port} 443\r\n`)

interface V2 {
  /** Version and command; by default 2 and PROXY. */
  readonly command?: number
  /** Family and transport; by default TCP over IPv4. */
  readonly family?: number
  /** What the length counts, in hexadecimal digits; spaces are for the reader. */
  readonly body: string
}

export function v2Header({ command = 0x21, family = 0x11, body }: V2): Buffer {
  const rest = Buffer.from(body.replaceAll(' ', ''), 'hex')
  const head = Buffer.from('0d0a0d0a000d0a515549540a00000000', 'hex')
  head.writeUInt8(command, 12)
  head.writeUInt8(family, 13)
  head.writeUInt16BE(rest.length, 14)
  return Buffer.concat([head, rest])
}
