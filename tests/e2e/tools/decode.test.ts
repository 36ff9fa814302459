import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { wholeCall } from '../../support/documented-examples.ts'
import { runProgram } from '../../support/programs/run-program.ts'
import {
  CLIENT,
  handshake,
  ipPacket,
  pcapngFile,
  segmentsOf,
  SERVER,
} from '../../support/wire/capture-file.ts'
import { frame, T } from '../../support/wire/wire.ts'

let cwd = ''
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'roomrtc-decode-'))
})
afterAll(() => rm(cwd, { recursive: true }))

const decode = (args: readonly string[], input = '') => runProgram(['decode', ...args], { cwd, input })

const call = wholeCall()
const fromAlice = call.filter(({ route }) => route[0] === 'alice')
const stream = Buffer.concat(fromAlice.map(({ bytes }) => bytes))
const bad = frame(T.HANGUP, '{"call":1}')

describe('roomrtc-server decode', () => {
  test('DECODE-1 DECODE-9 takes digits as arguments, and ends with 0', async () => {
    const { code, out, err } = await decode(['00', '00', '00', '03', '057B7D'])
    expect({ code, out, err }).toEqual({
      code: 0,
      out: 'client:  USER_LIST_REQUEST 0x05  7 bytes at 0\n  {}\n',
      err: '',
    })
  })

  test('DECODE-2 takes digits and bytes from a file and digits from standard input, to the same end', async () => {
    const hex = stream.toString('hex').replaceAll(/(.{64})/g, '$1\n')
    await writeFile(join(cwd, 'stream.bin'), stream)
    await writeFile(join(cwd, 'stream.txt'), hex)
    const all = await Promise.all([
      decode(['stream.bin']),
      decode(['stream.txt']),
      decode([], hex),
      decode(['-'], hex),
    ])
    for (const { code, out } of all) {
      expect(code).toBe(0)
      expect(out.match(/^client:\s+(\w+)/gm)?.length).toBe(fromAlice.length)
      expect(out).toBe(all[0].out)
    }
    expect(all[0].out).not.toContain('3f29a1c40b77')
    expect((await decode(['--show-secrets', 'stream.bin'])).out).toContain('3f29a1c40b77')
  })

  test('DECODE-3 DECODE-9 shows a fault with its byte, and ends with 1', async () => {
    const { code, out } = await decode([bad.toString('hex')])
    expect(code).toBe(1)
    expect(out).toContain('FAULT at byte 5 (0x5): HANGUP from the client: "call_id" is missing')
  })

  test('DECODE-4 DECODE-9 prints a capture as JSON, one object a line', async () => {
    const segments = [
      ...handshake(CLIENT, SERVER, 1, 2),
      ...segmentsOf(CLIENT, SERVER, Buffer.concat([stream, bad]), [3, 99], 1),
    ]
    await writeFile(join(cwd, 'call.pcapng'), pcapngFile(segments.map(ipPacket)))
    const { code, out } = await decode(['--json', 'call.pcapng'])
    expect(code).toBe(1)
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line))
    expect(lines).toHaveLength(fromAlice.length + 1)
    expect(lines[0]).toEqual({
      time: '2026-01-01T00:00:00.004Z',
      connection: 1,
      from: '127.0.0.1:50123',
      to: '127.0.0.1:8080',
      sender: 'client',
      offset: 0,
      type: 'REGISTER_REQUEST',
      code: 3,
      bytes: fromAlice[0]?.bytes.length,
      payload: { username: 'alice', password_hash: '…' },
      faults: [],
    })
    expect(lines.at(-1)).toMatchObject({ offset: stream.length, faults: [{ offset: stream.length + 5 }] })
  })

  test('DECODE-9 refuses what is no input, and a command line that is wrong', async () => {
    expect(await decode(['nothing.pcap'])).toMatchObject({
      code: 1,
      out: '',
      err: 'nothing.pcap is no file here, and no text of hexadecimal digits\n',
    })
    expect(await decode(['00 0'])).toMatchObject({ code: 1, err: expect.stringContaining('odd number') })
    expect(await decode(['.'])).toMatchObject({ code: 1, err: expect.stringContaining('cannot be read') })
    expect((await decode(['--from', 'nobody', '00'])).code).toBe(2)
    expect((await decode(['--port', '0', '00'])).code).toBe(2)
  })
})
