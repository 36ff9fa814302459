/** A process of its own, which may die: reads a picture from standard input and writes a small JPEG to standard output. */
import { writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { pipeline } from 'node:stream/promises'
import sharp from 'sharp'

/** Of its longer side. */
const MAX_SIDE = 320

/** What is larger is not decoded: it could take all the memory that there is. */
const MAX_PIXELS = 50_000_000

const QUALITY = 80

/** Niceness: everything else goes first. */
const LOW_PRIORITY = 10

/** Code for formats that nobody uploads as a picture is not reached by what they upload. */
const LOADERS = ['Jpeg', 'Png', 'Nsgif', 'Webp', 'Heif'].map((format) => `VipsForeignLoad${format}`)

setPriority(LOW_PRIORITY)
try {
  // Where memory runs out, this process goes and not the daemon.
  writeFileSync('/proc/self/oom_score_adj', '1000')
} catch {
  // Elsewhere than on Linux there is no such file.
}
sharp.cache(false)
sharp.concurrency(1)
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({ operation: LOADERS })

const shrink = sharp({ limitInputPixels: MAX_PIXELS, sequentialRead: true })
  .autoOrient()
  .resize({ width: MAX_SIDE, height: MAX_SIDE, fit: 'inside', withoutEnlargement: true })
  .flatten({ background: 'white' })
  .jpeg({ quality: QUALITY })

// Without a word: a picture may say anything, and its faults are nobody's.
await pipeline(process.stdin, shrink, process.stdout).catch(() => {
  process.exitCode = 1
})
