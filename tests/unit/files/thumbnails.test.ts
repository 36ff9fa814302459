import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createThumbnailer } from '../../../src/infrastructure/pictures/thumbnailer.ts'

const thumbnailer = (options?: Parameters<typeof createThumbnailer>[0]) => {
  const thumbnails = createThumbnailer(options)
  onTestFinished(() => {
    thumbnails.close()
  })
  return thumbnails
}

const blank = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 4, background: '#f00c' }, limitInputPixels: false })

async function* piecesOf(bytes: Uint8Array) {
  for (let at = 0; at < bytes.byteLength; at += 65_536) {
    await Promise.resolve()
    yield bytes.subarray(at, at + 65_536)
  }
}

/** A square of one bit a pixel: many megapixels in a few kilobytes. */
function blackPng(side: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data])
    return Buffer.concat([uint32(data.byteLength), body, uint32(crc32(body))])
  }
  const rows = Buffer.alloc((1 + Math.ceil(side / 8)) * side)
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', Buffer.concat([uint32(side), uint32(side), Buffer.from('0100000000', 'hex')])),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

async function sizeOf(thumbnail: Uint8Array | undefined) {
  const { format, width, height } = await sharp(thumbnail).metadata()
  return { format, width, height }
}

describe('thumbnails', () => {
  test.each(['jpeg', 'png', 'gif', 'webp', 'avif'] as const)(
    'UPLOAD-23 of a picture in %s a JPEG is made, 320 px at its longer side',
    async (format) => {
      const picture = await blank(640, 400).toFormat(format).toBuffer()
      const thumbnail = await thumbnailer().make(piecesOf(picture))
      expect(await sizeOf(thumbnail)).toEqual({ format: 'jpeg', width: 320, height: 200 })
    },
  )

  test('UPLOAD-23 a picture is turned as its camera was held, and what the camera has written is not in it', async () => {
    const picture = await blank(640, 400)
      .withExif({ IFD0: { Copyright: 'where I live' }, IFD3: {} })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer()
    const thumbnail = await thumbnailer().make(piecesOf(picture))
    expect(await sizeOf(thumbnail)).toEqual({ format: 'jpeg', width: 200, height: 320 })
    expect((await sharp(thumbnail).metadata()).exif).toBeUndefined()
  })

  test('UPLOAD-24 of a picture with too many pixels, of an SVG and of what is broken there is none', async () => {
    const bomb = blackPng(10_000)
    expect(await sharp(bomb, { limitInputPixels: false }).metadata()).toMatchObject({ width: 10_000 })
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    const whole = await blank(64, 64).png().toBuffer()
    const thumbnails = thumbnailer()
    const made = await Promise.all(
      [bomb, svg, whole.subarray(0, 60), Buffer.alloc(0)].map((bytes) => thumbnails.make(piecesOf(bytes))),
    )
    expect(made).toEqual([undefined, undefined, undefined, undefined])
    expect(await thumbnails.make(piecesOf(whole))).toBeDefined()
  })

  test.each([
    ['crashes', 'process.abort()'],
    ['says too much', 'process.stdout.write(Buffer.alloc(2e6)); process.stdin.resume()'],
    ['says nothing', ''],
    ['never ends', 'setInterval(() => 0, 1e6)'],
  ])('UPLOAD-24 a process that %s gives no thumbnail, and does not hold up the next', async (_, program) => {
    const thumbnails = thumbnailer({
      command: [process.execPath, '-e', program],
      timeoutMs: 300,
    })
    expect(await thumbnails.make(piecesOf(Buffer.alloc(1_000_000)))).toBeUndefined()
    expect(await thumbnails.make(piecesOf(Buffer.alloc(1_000_000)))).toBeUndefined()
  })

  test('UPLOAD-24 a program that is not there, or a picture that cannot be read, gives none', async () => {
    const none = thumbnailer({ command: ['/no/such/program'] })
    expect(await none.make(piecesOf(Buffer.alloc(10)))).toBeUndefined()
    const unreadable = async function* () {
      await Promise.resolve()
      yield Buffer.alloc(10)
      throw new Error('the disk')
    }
    expect(await thumbnailer().make(unreadable())).toBeUndefined()
  })

  test('UPLOAD-24 of more than sixteen pictures at once some get none, and nobody waits for them', async () => {
    const thumbnails = thumbnailer({ command: [process.execPath, '-e', 'setInterval(() => 0, 1e6)'] })
    const waiting = Array.from({ length: 16 }, () => thumbnails.make(piecesOf(Buffer.alloc(10))))
    expect(await thumbnails.make(piecesOf(Buffer.alloc(10)))).toBeUndefined()
    thumbnails.close()
    expect((await Promise.all(waiting)).every((made) => made === undefined)).toBe(true)
  })
})
