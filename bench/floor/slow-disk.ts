// For `node --import`: each fsync of a file that node:fs/promises opens takes SLOW_FSYNC_MS longer, the rest is as it was.
import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import { SLOW_FSYNC_MS } from '../shared/slow-disk.ts'

const { open } = fs

async function openSlowly(...args: Parameters<typeof open>): ReturnType<typeof open> {
  const handle = await open(...args)
  const sync = handle.sync.bind(handle)
  handle.sync = async () => {
    await sleep(SLOW_FSYNC_MS)
    await sync()
  }
  return handle
}

Object.assign(fs, { open: openSlowly })
syncBuiltinESMExports()
