import { describe, expect, test } from 'vitest'
import { cleanFileName } from '../../../src/domain/file/file-name.ts'
import { mediaTypeOf } from '../../../src/domain/file/media-type.ts'
import { byteRangeOf } from '../../../src/transport/http/files/byte-range.ts'

describe('what a file is called and what it is', () => {
  test.each([
    ['notes.txt', 'notes.txt'],
    ['C:\\Users\\alice\\notes.txt', 'notes.txt'],
    ['../../etc/passwd', 'passwd'],
    ['a\r\nSet-Cookie: x', 'aSet-Cookie x'],
    ['\u202etxt.exe', 'txt.exe'],
    ['..', 'file'],
    ['', 'file'],
    ['/', 'file'],
  ])('UPLOAD-10 %j becomes %j', (given, clean) => {
    expect(cleanFileName(given)).toBe(clean)
  })

  test('UPLOAD-10 a long name keeps its ending and whole letters', () => {
    const clean = cleanFileName(`${'ü'.repeat(300)}.jpeg`)
    expect(clean).toBe(`${'ü'.repeat(125)}.jpeg`)
    expect(Buffer.byteLength(clean)).toBeLessThanOrEqual(255)
  })

  test.each([
    ['ffd8ffe000104a464946', 'image/jpeg'],
    ['89504e470d0a1a0a0000000d', 'image/png'],
    ['474946383961', 'image/gif'],
    ['524946460000000057454250565038204c', 'image/webp'],
    ['0000001c667479706176696600000000', 'image/avif'],
    ['0000001c6674797069736f6d00000200', 'video/mp4'],
    ['1a45dfa39f4286810142f7810142f2810442f381084282847765626d', 'video/webm'],
    ['1a45dfa3a34286810142f7810142f2810442f381084282886d6174726f736b61', 'application/octet-stream'],
    ['4f67675300020000000000000000000000000000000000000000011e4f70757348656164', 'audio/ogg'],
    ['494433040000', 'audio/mpeg'],
    ['3c7376672f3e', 'application/octet-stream'],
    ['255044462d312e37', 'application/octet-stream'],
    ['', 'application/octet-stream'],
  ])('UPLOAD-8 %s is %s', (head, type) => {
    expect(mediaTypeOf(Buffer.from(head, 'hex'))).toBe(type)
  })

  test('UPLOAD-11 what is no range stands for the whole', () => {
    for (const header of [undefined, 'bytes=-', 'bytes=5-2', 'lines=1-2', 'bytes=a-b'])
      expect(byteRangeOf(header, 10)).toBeUndefined()
    expect(byteRangeOf('bytes=0-', 0)).toBe('unsatisfiable')
    expect(byteRangeOf('bytes=-0', 10)).toBe('unsatisfiable')
    expect(byteRangeOf('bytes=-99', 10)).toEqual({ from: 0, to: 9 })
  })
})
