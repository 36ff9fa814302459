import type { FrameWriter, MakeFrameWriter } from './frame-writer.ts'

/** For plain TCP: the frames of one tick leave in one system call. */
export const createSegmentWriter: MakeFrameWriter = (socket): FrameWriter => {
  let corked = false

  return {
    get heldBytes() {
      return socket.writableLength
    },

    joinsFrames: true,

    write(frame) {
      if (!corked) {
        corked = true
        socket.cork()
        process.nextTick(uncork)
      }
      socket.write(frame)
    },

    // They share segments anyway.
    joinFrames: () => undefined,

    drained() {
      if (!socket.writableNeedDrain) return Promise.resolve()
      return new Promise((resolve) => socket.once('drain', resolve))
    },

    end() {
      socket.end()
    },
  }

  function uncork(): void {
    corked = false
    socket.uncork()
  }
}
