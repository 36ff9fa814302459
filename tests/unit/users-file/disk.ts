import type { AppendHandle, OpenForAppend } from '../../../src/infrastructure/system/file-system.ts'
import { openForAppend } from '../../../src/infrastructure/system/file-system.ts'

function noSpace(): Error {
  return Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
}

/** The real file system, counted, and made to fail or to wait when told so. */
export class Disk {
  writes: string[] = []
  syncs = 0
  failing = new Set<'write' | 'sync' | 'truncate'>()
  #gate: Promise<void> = Promise.resolve()

  readonly open: OpenForAppend = async (path, flags) => this.#watch(await openForAppend(path, flags))

  /** Lets every sync wait until the returned function is called. */
  holdSyncs(): () => void {
    let release = () => {}
    this.#gate = new Promise((resolve) => {
      release = resolve
    })
    return () => {
      release()
    }
  }

  /** A full disk takes the first half. */
  #watch(real: AppendHandle): AppendHandle {
    return {
      appendFile: async (bytes) => {
        const fails = this.failing.has('write')
        this.writes.push(Buffer.from(bytes).toString())
        await real.appendFile(fails ? bytes.subarray(0, bytes.length / 2) : bytes)
        if (fails) throw noSpace()
      },
      sync: async () => {
        this.syncs += 1
        await this.#gate
        if (this.failing.has('sync')) throw noSpace()
        await real.sync()
      },
      truncate: async (length) => {
        if (this.failing.has('truncate')) throw noSpace()
        await real.truncate(length)
      },
      stat: () => real.stat(),
      close: () => real.close(),
    }
  }
}
