import type { FrameWriter, MakeFrameWriter } from './frame-writer.ts'
import { FRAMES_A_TURN } from './turn.ts'

/**
 * For TLS: never two frames in one record, because the native client does not see the second (TLS-REC). Node joins
 * writes that wait behind another into one record, so each waits here for the one before.
 */
export const createRecordWriter: MakeFrameWriter = (socket): FrameWriter => {
  let arriving: Buffer[] = []
  /** The earliest last. */
  let leaving: Buffer[] = []
  let waitingBytes = 0
  let writing = false
  let ending = false
  let writtenThisTurn = 0
  let whenDrained: (() => void)[] = []

  return {
    get heldBytes() {
      return waitingBytes + socket.writableLength
    },

    write(frame) {
      arriving.push(frame)
      waitingBytes += frame.length
      if (!writing) writeNext()
    },

    drained() {
      return writing ? new Promise((resolve) => whenDrained.push(resolve)) : Promise.resolve()
    },

    end() {
      ending = true
      if (!writing) socket.end()
    },
  }

  function writeNext(): void {
    if (leaving.length === 0) {
      leaving = arriving.reverse()
      arriving = []
    }
    const frame = leaving.pop()
    writing = frame !== undefined
    if (frame === undefined) {
      if (ending) socket.end()
      for (const resolve of whenDrained) resolve()
      whenDrained = []
      return
    }
    waitingBytes -= frame.length
    socket.write(frame, (failure) => {
      // Of a broken connection the 'close' event tells; nothing more can leave.
      if (failure != null) return
      if (++writtenThisTurn < FRAMES_A_TURN) {
        writeNext()
        return
      }
      writtenThisTurn = 0
      setImmediate(writeNext)
    })
  }
}
