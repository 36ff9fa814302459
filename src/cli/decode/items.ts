import { LENGTH_BYTES } from '../../protocol/framing/frame.ts'
import type { Cut } from './frame-cutter.ts'
import type { Item } from './item.ts'
import { readFrame, type Sender } from './read-frame.ts'
import { StreamCutter } from './stream-cutter.ts'

/** What a piece of a stream is in words. `sender`: who sent it, where that is known. */
export function itemOf(cut: Cut, sender: Sender | undefined): Item {
  if (cut.kind === 'fault') return { sender, offset: cut.fault.offset, faults: [cut.fault] }
  const { offset, length, frame, typeAt = offset + LENGTH_BYTES } = cut
  const { name, payload, text, faults, sender: found } = readFrame(frame, typeAt - LENGTH_BYTES, sender)
  return { sender: found, offset, message: { code: frame.type, name, bytes: length, payload, text }, faults }
}

/** Of bytes that are of one stream, from its beginning. */
export async function* itemsOfBytes(
  source: AsyncIterable<Buffer> | Iterable<Buffer>,
  sender: Sender | undefined,
): AsyncGenerator<Item> {
  const cutter = new StreamCutter()
  for await (const bytes of source) for (const cut of cutter.push(bytes)) yield itemOf(cut, sender)
  for (const cut of cutter.end()) yield itemOf(cut, sender)
}
