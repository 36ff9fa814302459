import type { FrameWriter, MakeFrameWriter } from './frame-writer.ts'
import { FRAMES_A_TURN } from './turn.ts'

/**
 * For TLS: never two frames in one record, because the native client does not see the second (TLS-REC). Node joins
 * writes that wait behind another into one record, so each waits here for the one before. Clients that have said HELLO
 * can take joined frames (HELLO-4): what waits then leaves in one write.
 */
export const createRecordWriter: MakeFrameWriter = (socket): FrameWriter => {
  let arriving: Buffer[] = []
  /** The earliest last. */
  let leaving: Buffer[] = []
  let waitingBytes = 0
  let writing = false
  let joining = false
  let ending = false
  let writtenThisTurn = 0
  let whenDrained: (() => void)[] = []

  return {
    get heldBytes() {
      return waitingBytes + socket.writableLength
    },

    get joinsFrames() {
      return joining
    },

    write(frame) {
      arriving.push(frame)
      waitingBytes += frame.length
      if (!writing) writeNext()
    },

    joinFrames() {
      joining = true
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
    const frame = joining ? joined(leaving) : leaving.pop()
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

const JOINED_BYTES = 65_536

/** Takes several off the end, the last first, as long as they are small. */
function joined(leaving: Buffer[]): Buffer | undefined {
  const first = leaving.pop()
  if (first === undefined) return undefined
  const frames = [first]
  let bytes = first.length
  for (let next = leaving.at(-1); next !== undefined; next = leaving.at(-1)) {
    bytes += next.length
    if (bytes > JOINED_BYTES) break
    frames.push(next)
    leaving.pop()
  }
  return frames.length === 1 ? first : Buffer.concat(frames)
}
