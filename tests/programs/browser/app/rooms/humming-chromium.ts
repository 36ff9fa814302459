import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { startChromium } from '../../chromium.ts'

const RATE = 48_000
const SECONDS = 1
const HERTZ = 220
const HEADER_BYTES = 44

/** Chromium whose microphone hums all the time, as its own beeps too seldom to be taken for somebody who speaks. */
export async function startHummingChromium(): Promise<Browser> {
  const folder = await mkdtemp(join(tmpdir(), 'roomrtc-hum-'))
  const path = join(folder, 'hum.wav')
  await writeFile(path, hum())
  const browser = await startChromium([`--use-file-for-fake-audio-capture=${path}`])
  browser.on('disconnected', () => void rm(folder, { recursive: true, force: true }))
  return browser
}

/** A WAV file of 16 bits and one channel. */
function hum(): Buffer {
  const samples = Int16Array.from({ length: RATE * SECONDS }, (_, at) =>
    Math.round(9000 * Math.sin((2 * Math.PI * HERTZ * at) / RATE)),
  )
  const header = Buffer.alloc(HEADER_BYTES)
  header.write('RIFF', 0)
  header.writeUInt32LE(HEADER_BYTES - 8 + samples.byteLength, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(RATE, 24)
  header.writeUInt32LE(RATE * 2, 28)
  header.writeUInt16LE(2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36)
  header.writeUInt32LE(samples.byteLength, 40)
  return Buffer.concat([header, Buffer.from(samples.buffer)])
}
