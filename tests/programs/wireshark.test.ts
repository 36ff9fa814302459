import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { ByteReader } from '../../src/cli/decode/capture/byte-reader.ts'
import { itemsOfCapture } from '../../src/cli/decode/capture/items-of-capture.ts'
import { wholeCall } from '../support/documented-examples.ts'
import { endsAfterEach } from '../support/ends.ts'
import { startHttpDaemon } from '../support/house/http-daemon.ts'
import { setUpCall } from '../support/wire/raw-client.ts'
import { CLIENT, handshake, ipPacket, pcapFile, segmentsOf, SERVER } from '../support/wire/capture-file.ts'
import { frame, T } from '../support/wire/wire.ts'
import { canRun, run } from './program.ts'

const ends = endsAfterEach()
const installed = canRun('tshark')

let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'roomrtc-shark-'))
})
afterAll(() => rm(directory, { recursive: true }))

/** What tshark prints of the fields, one line a packet; several values of one field are joined by commas. */
function fields(
  file: string,
  filter: string,
  names: readonly string[],
  ...more: readonly string[]
): string[][] {
  return printed(file, ['-Y', filter, '-T', 'fields', ...names.flatMap((name) => ['-e', name]), ...more])
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'))
}

function printed(file: string, args: readonly string[]): string {
  // Without the preferences and plugins of whoever runs the tests.
  const env = { WIRESHARK_CONFIG_DIR: directory, LC_ALL: 'C.UTF-8' }
  const script = 'lua_script:tools/wireshark/roomrtc.lua'
  const all = run('tshark', ['-X', script, '-r', file, ...args], env)
  expect(all).not.toContain('Lua Error')
  return all.replace(/^Running as user.*\n/m, '')
}

async function decoded(file: string, port?: number): Promise<(string | undefined)[]> {
  const names: (string | undefined)[] = []
  const items = itemsOfCapture(new ByteReader(createReadStream(file)), port, { foreign: 0 })
  for await (const { message, faults } of items) if (faults.length === 0) names.push(message?.name)
  return names
}

/** Alice's side of the documented call, and then what is wrong. */
const said = wholeCall().filter(({ route }) => route[0] === 'alice')
const heard = wholeCall().filter(({ route }) => route.at(-1) === 'alice' && route.length === 2)
const malformed = Buffer.concat([
  frame(T.HANGUP, '{"call_id":"a" 1}'),
  frame(0x99, '{}'),
  frame(T.HANGUP, '{}'),
  frame(T.WELCOME, '{}'),
  Buffer.from('00000000aa', 'hex'),
])

describe.skipIf(!installed)('the dissector', () => {
  let file = ''
  beforeAll(async () => {
    const bytes = Buffer.concat(said.map(({ bytes: whole }) => whole))
    const answers = Buffer.concat(heard.map(({ bytes: whole }) => whole))
    const segments = [
      ...handshake(CLIENT, SERVER, 1, 2),
      // In the length, in the type, in the JSON, and several frames in one.
      ...segmentsOf(CLIENT, SERVER, bytes, [3, 5, 60, 100, 400], 1),
      ...segmentsOf(CLIENT, SERVER, malformed, [], 1 + bytes.length),
      ...segmentsOf(SERVER, CLIENT, answers, [50, 700], 2),
    ]
    file = join(directory, 'call.pcap')
    await writeFile(file, pcapFile(segments.map(ipPacket)))
  })

  test('SHARK-1 SHARK-2 names every message, however it is split and joined', () => {
    const names = (sender: string) =>
      fields(file, `roomrtc.sender == "${sender}"`, ['roomrtc.name']).flatMap(([all = '']) => all.split(','))
    expect(names('client').slice(0, said.length)).toEqual(said.map(({ name }) => name))
    expect(names('server')).toEqual(heard.map(({ name }) => name))
  })

  test('SHARK-1 has the same messages as roomrtc-server decode', async () => {
    const names = fields(file, 'roomrtc', ['roomrtc.name']).flatMap(([all = '']) => all.split(','))
    const good = [...said, ...heard].map(({ name }) => name)
    expect((await decoded(file)).toSorted()).toEqual(good.toSorted())
    expect(names.toSorted()).toEqual(expect.arrayContaining(good.toSorted()))
  })

  test('SHARK-3 filters by fields of the payload', () => {
    const [call = ''] = /[\w-]{36}/.exec(said.find(({ name }) => name === 'HANGUP')?.text ?? '') ?? []
    expect(fields(file, `roomrtc.call_id == "${call}"`, ['frame.number']).length).toBeGreaterThan(1)
    expect(fields(file, 'roomrtc.call_id == "another"', ['frame.number'])).toEqual([])
    const [error] = fields(file, 'roomrtc.code == 404', ['roomrtc.reason', 'roomrtc.in_reply_to'])
    expect(error).toEqual(['call_not_found', '16'])
    expect(fields(file, 'roomrtc.success == 1', ['frame.number']).length).toBeGreaterThan(1)
  })

  test('SHARK-3 has the JSON as a tree', () => {
    const [members = []] = fields(file, 'roomrtc.name == "ERROR"', ['json.key', 'json.value.string'])
    expect(members.join()).toContain('in_reply_to')
    expect(members.join()).toContain('call_not_found')
  })

  test('SHARK-4 flags what is malformed, and nothing else', () => {
    const found = fields(file, '_ws.expert.group == "Malformed"', ['_ws.expert.message'])
    expect(found).toEqual([
      [
        [
          'The payload is no JSON object',
          'No message has this type',
          'The field call_id is missing',
          'Only the other side sends this message',
          'The length of a frame is from 1 to 1048576',
        ].join(','),
      ],
    ])
    for (const fault of ['bad_json', 'unknown_type', 'missing_field', 'wrong_direction', 'bad_length'])
      expect(fields(file, `roomrtc.${fault}`, ['frame.number']), fault).toHaveLength(1)
  })

  test('SHARK-5 shows what each packet is about', () => {
    const info = fields(file, 'roomrtc', ['_ws.col.Protocol', '_ws.col.Info'])
    expect(info[0]).toEqual(['RoomRTC', 'REGISTER_REQUEST alice'])
    expect(info[1]?.[1]).toBe(
      'LOGIN_REQUEST alice, USER_LIST_REQUEST, CALL_REQUEST → c81e0d94-76b2-4f1a-8d27-e5a9b3f06c1d',
    )
  })

  test('SHARK-6 another port is a preference, and HTTP on 8080 stays HTTP', async () => {
    const other = { ...SERVER, port: 9443 }
    const bytes = said[0]?.bytes ?? Buffer.alloc(0)
    const request = Buffer.from('GET /x HTTP/1.1\r\nHost: a\r\n\r\n')
    const web = { ...CLIENT, port: 50_999 }
    const segments = [
      ...handshake(CLIENT, other, 1, 2),
      ...segmentsOf(CLIENT, other, bytes, [], 1),
      ...handshake(web, SERVER, 1, 2),
      ...segmentsOf(web, SERVER, request, [], 1),
    ]
    const path = join(directory, 'other.pcap')
    await writeFile(path, pcapFile(segments.map(ipPacket)))
    expect(fields(path, 'roomrtc', ['roomrtc.name'])).toEqual([])
    expect(fields(path, 'roomrtc', ['roomrtc.name'], '-o', 'roomrtc.ports:9000,9443')).toEqual([
      ['REGISTER_REQUEST'],
    ])
    expect(fields(path, 'http', ['http.request.uri'])).toEqual([['/x']])
  })

  test('SHARK-7 what a real daemon and its clients say is read from the wire, frames and WebSockets', async ({
    skip,
  }) => {
    const { daemon, httpPort, connect: open } = await startHttpDaemon(ends)
    const path = join(directory, 'real.pcapng')
    const filter = `tcp port ${daemon.port} or tcp port ${httpPort}`
    const dumpcap = spawn('dumpcap', ['-q', '-i', 'lo', '-f', filter, '-w', path], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    ends.push(() => dumpcap.kill('SIGKILL'))
    const errors: string[] = []
    for await (const line of createInterface({ input: dumpcap.stderr })) {
      if (line.startsWith('File:')) break
      errors.push(line)
    }
    // Capturing wants a permission that root has as a rule.
    const mayCapture = dumpcap.exitCode === null
    if (!mayCapture && process.env['ROOMRTC_REQUIRE_PROGRAMS'] !== '1') skip(errors.join(' '))
    expect(mayCapture, errors.join(' ')).toBe(true)

    const [alice, bob] = [open(), open()]
    const { call_id } = await setUpCall(alice, bob)
    const long = 'v=0\r\n'.padEnd(200_000, 'a=x\r\n')
    alice.send(T.SDP_OFFER, { call_id, to_user_id: 'x', sdp: long })
    await alice.drain()
    await sayHello(httpPort, 'roomrtc.binary')
    await sayHello(httpPort, 'roomrtc.json')
    alice.send(T.LOGOUT_REQUEST, '{}')
    await alice.next(T.LOGOUT_RESPONSE)
    // What was captured last is written when dumpcap gets to it.
    await expect.poll(() => decoded(path, daemon.port).catch(() => [])).toContain('LOGOUT_RESPONSE')
    dumpcap.kill('SIGINT')
    await once(dumpcap, 'close')

    const port = ['-o', `roomrtc.ports:${daemon.port}`]
    const names = fields(path, `roomrtc && tcp.port == ${daemon.port}`, ['roomrtc.name'], ...port)
    const all = names.flatMap(([joined = '']) => joined.split(','))
    expect(all).toEqual(expect.arrayContaining(['CALL_REQUEST', 'CALL_NOTIFICATION', 'SDP_OFFER']))
    expect(all.toSorted()).toEqual((await decoded(path, daemon.port)).toSorted())
    expect(fields(path, '_ws.expert.group == "Malformed"', ['frame.number'], ...port)).toEqual([])
    const web = fields(
      path,
      `roomrtc && tcp.port == ${httpPort}`,
      ['roomrtc.name', 'roomrtc.client'],
      ...port,
    )
    expect(web.map(([name]) => name)).toEqual(['HELLO', 'WELCOME', 'HELLO', 'WELCOME'])
    expect(web[0]?.[1]).toBe('roomrtc.binary')
    const read: unknown = JSON.parse(
      printed(path, ['-T', 'json', '-Y', 'roomrtc.name == "CALL_REQUEST"', ...port]),
    )
    expect(z.array(z.unknown()).parse(read)).toHaveLength(1)
  })
})

/** HELLO over a WebSocket of that subprotocol, until WELCOME has come. */
async function sayHello(port: number, subprotocol: 'roomrtc.binary' | 'roomrtc.json'): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, subprotocol)
  ends.push(() => {
    socket.terminate()
  })
  await once(socket, 'open')
  const hello = { protocol: 1, client: subprotocol, capabilities: [] }
  socket.send(
    subprotocol === 'roomrtc.json'
      ? JSON.stringify({ type: 'HELLO', ...hello })
      : frame(T.HELLO, hello).subarray(4),
  )
  await once(socket, 'message')
}
