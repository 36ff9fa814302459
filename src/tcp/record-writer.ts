import type { FrameWriter, MakeFrameWriter } from './frame-writer.ts'

/**
 * For TLS: never two frames in one record, because the native client does not see the second (v1.md, "How it reads
 * the socket"). Node joins writes that wait behind another into one record, so each waits here for the one before.
 */
export const createRecordWriter: MakeFrameWriter = (socket): FrameWriter => {
  const waiting: Buffer[] = []
  let waitingBytes = 0
  let writing = false
  let ending = false

  return {
    get heldBytes() {
      return waitingBytes + socket.writableLength
    },

    write(frame) {
      waiting.push(frame)
      waitingBytes += frame.length
      if (!writing) writeNext()
    },

    end() {
      ending = true
      if (!writing) socket.end()
    },
  }

  function writeNext(): void {
    const frame = waiting.shift()
    writing = frame !== undefined
    if (frame !== undefined) {
      waitingBytes -= frame.length
      socket.write(frame, (failure) => {
        // Of a broken connection the 'close' event tells; nothing more can leave.
        if (failure == null) writeNext()
      })
    } else if (ending) {
      socket.end()
    }
  }
}
