import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { errorCode } from '../../../src/domain/error-code.ts'

/** A file system in memory of 256 KiB, mounted for a test. */
export interface SmallDisk {
  readonly path: string
  /** Leaves no free block. What files have left of their last blocks can still be written. */
  fill(): void
  /** Takes back what `fill` has taken. */
  free(): void
  /** Fails while a file is open for writing. */
  makeReadOnly(): void
  unmount(): void
}

/**
 * Whether tests that mount a disk can run; where they cannot, says so. Where they must, as on CI (ROOMRTC_REQUIRE_MOUNT=1),
 * they run in any case, and fail without the permission.
 */
export function canMount(): boolean {
  if (process.env['ROOMRTC_REQUIRE_MOUNT'] === '1') return true
  try {
    mountSmallDisk().unmount()
    return true
  } catch {
    console.warn('tests of a full disk skipped: mounting a tmpfs is not permitted, as it is to root on Linux')
    return false
  }
}

export function mountSmallDisk(): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), 'roomrtc-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k,mode=700', 'roomrtc', path], { stdio: 'pipe' })
  } catch (error) {
    rmdirSync(path)
    throw error
  }
  const ballast = join(path, 'ballast')

  return {
    path,
    fill() {
      const file = openSync(ballast, 'a')
      try {
        for (;;) writeSync(file, Buffer.alloc(4096))
      } catch (error) {
        if (errorCode(error) !== 'ENOSPC') throw error
      } finally {
        closeSync(file)
      }
    },
    free() {
      rmSync(ballast)
    },
    makeReadOnly() {
      execFileSync('mount', ['-o', 'remount,ro', path], { stdio: 'pipe' })
    },
    unmount() {
      execFileSync('umount', [path], { stdio: 'pipe' })
      rmdirSync(path)
    },
  }
}
