import { createReadStream, existsSync } from 'node:fs'
import { text as textOf } from 'node:stream/consumers'
import { refused } from '../ctl/command-failure.ts'
import { ByteReader } from './capture/byte-reader.ts'
import { isClassicPcap } from './capture/classic-pcap.ts'
import { isPcapng } from './capture/pcapng.ts'
import { bytesOfHex, looksLikeHex } from './hex-text.ts'

/** What there is to decode. */
export type Input =
  | { readonly kind: 'bytes'; readonly source: AsyncIterable<Buffer> | Iterable<Buffer> }
  | { readonly kind: 'capture'; readonly reader: ByteReader }

/** Enough to tell text from bytes. */
const HEAD_BYTES = 64

/** By what was given: hexadecimal digits, a file, or nothing, which means standard input. */
export async function openInput(given: readonly string[]): Promise<Input> {
  const joined = given.join(' ')
  if (given.length > 0 && joined !== '-' && looksLikeHex(joined))
    return { kind: 'bytes', source: ofHex(joined) }
  const [path = '-', ...more] = given
  if (more.length > 0) throw refused('bad_input', 'give hexadecimal digits, or one file')
  if (path === '-') return sniff(new ByteReader(process.stdin))
  if (!existsSync(path))
    throw refused('no_such_file', `${path} is no file here, and no text of hexadecimal digits`)
  return sniff(new ByteReader(createReadStream(path)))
}

async function sniff(reader: ByteReader): Promise<Input> {
  const head = await reader.peek(HEAD_BYTES)
  if (isClassicPcap(head) || isPcapng(head)) return { kind: 'capture', reader }
  // Frames begin with a zero, text never does.
  const isText = head.length > 0 && head.every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d))
  if (!isText || head.some((byte) => byte > 0x7e)) return { kind: 'bytes', source: reader.rest() }
  return { kind: 'bytes', source: ofHex(await textOf(reader.rest())) }
}

function ofHex(text: string): readonly Buffer[] {
  const bytes = bytesOfHex(text)
  if (!bytes.ok) throw refused('bad_hex', bytes.error)
  return [bytes.value]
}
