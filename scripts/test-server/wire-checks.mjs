import { frame, hex, T } from './frames.mjs'

const beat = (timestamp) => frame(T.HEARTBEAT, { timestamp })

// Bytes, the reason they are refused for, and the type that the answer names. The connection must live on.
const REFUSED = [
  ['WIRE-5', 'a type that does not exist', '00 00 00 03 7F 7B 7D', 'unknown_type', 0x7f],
  ['WIRE-5', 'a type that only the server sends', '00 00 00 03 02 7B 7D', 'server_only_type', 0x02],
  ['WIRE-6', 'a payload that is not UTF-8', '00 00 00 05 11 22 FF FE 22', 'invalid_utf8', 0x11],
  ['WIRE-6', 'a payload that is not JSON', '00 00 00 03 11 7B 5B', 'invalid_json', 0x11],
  ['WIRE-6', 'an array as payload', '00 00 00 03 11 5B 5D', 'not_an_object', 0x11],
  ['WIRE-7', 'a missing field', '00 00 00 03 11 7B 7D', 'invalid_field', 0x11],
  ['WIRE-8', 'an empty payload of HEARTBEAT', '00 00 00 01 11', 'invalid_json', 0x11],
  ['WIRE-8', 'an empty payload of USER_LIST_REQUEST is read as {}', '00 00 00 01 05', 'login_required', 0x05],
  ['REQ-4', 'LOGOUT_REQUEST before login', '00 00 00 03 13 7B 7D', 'login_required', 0x13],
]

export const wireChecks = [
  {
    title: 'WIRE-1 one byte at a time',
    async run(bench) {
      const client = await bench.open()
      // HEARTBEAT {"timestamp":7}
      for (const byte of hex('00 00 00 10 11 7B 22 74 69 6D 65 73 74 61 6D 70 22 3A 37 7D')) {
        await client.write(Buffer.from([byte]))
      }
      await client.expect(T.HEARTBEAT, { timestamp: 7 })
    },
  },
  {
    title: 'WIRE-2 two frames and a half in one segment, answered in order',
    async run(bench) {
      const client = await bench.open()
      await client.write(Buffer.concat([beat(1), hex('00 00 00 03 7F 7B 7D'), beat(2).subarray(0, 9)]))
      await client.write(beat(2).subarray(9))
      await client.expect(T.HEARTBEAT, { timestamp: 1 })
      await client.expectError(400, 'unknown_type')
      await client.expect(T.HEARTBEAT, { timestamp: 2 })
    },
  },
  {
    title: 'WIRE-3 frame length 0: ERROR 400, then close',
    async run(bench) {
      const client = await bench.open()
      await client.write(hex('00 00 00 00'))
      await client.expectError(400, 'empty_frame')
      await client.expectEnd()
    },
  },
  ...['00 10 00 01', 'FF FF FF FF'].map((length) => ({
    title: `WIRE-4 frame length ${length}: ERROR 413 on these four bytes, then close`,
    async run(bench) {
      const client = await bench.open()
      await client.write(hex(length))
      await client.expectError(413, 'frame_too_large')
      await client.expectEnd()
    },
  })),
  ...REFUSED.map(([id, what, bytes, reason, type]) => ({
    title: `${id} ${what}: ERROR ${reason}, and the connection lives`,
    async run(bench) {
      const client = await bench.open()
      await client.write(hex(bytes))
      await client.expectError(reason === 'login_required' ? 401 : 400, reason, { in_reply_to: type })
      await client.expectNothing()
    },
  })),
  {
    title: 'WIRE-6 20000 times [ before login: ERROR 400, and nobody else notices',
    async run(bench) {
      const [client, other] = [await bench.open(), await bench.open()]
      await client.write(hex(`00 00 4E 21 01 ${'5B'.repeat(20_000)}`))
      await client.expect(T.ERROR, { code: 400 })
      await other.write(beat(1))
      await other.expect(T.HEARTBEAT, { timestamp: 1 })
    },
  },
  {
    title: 'WIRE-7 the message of the ERROR names the field',
    async run(bench) {
      const client = await bench.open()
      client.send(T.LOGIN_REQUEST, { username: 'somebody' })
      await client.expect(T.ERROR, {
        code: 400,
        message: (sentence) => sentence.includes('password_hash'),
        reason: 'invalid_field',
      })
    },
  },
  {
    title: 'WIRE-9 unknown fields are ignored, and of a key that appears twice the last counts',
    async run(bench) {
      const client = await bench.open()
      await client.write(frame(T.HEARTBEAT, '{"timestamp":1,"colour":"red","timestamp":2}'))
      const { text } = await client.next(T.HEARTBEAT)
      if (text !== '{"timestamp":2}') throw new Error(`wanted {"timestamp":2}, got ${text}`)
    },
  },
  {
    title: 'WIRE-10 who closes the sending side still gets the answers',
    async run(bench) {
      const client = await bench.open()
      await client.write(Buffer.concat([beat(1), beat(2)]))
      client.finish()
      await client.expect(T.HEARTBEAT, { timestamp: 1 })
      await client.expect(T.HEARTBEAT, { timestamp: 2 })
      await client.expectEnd()
    },
  },
  {
    title: 'REQ-1 request_id is echoed, last, in answers and in ERROR',
    async run(bench) {
      const client = await bench.open()
      client.send(T.HEARTBEAT, { request_id: 'beat', timestamp: 3 })
      await client.expect(T.HEARTBEAT, { timestamp: 3, request_id: 'beat' })
      client.send(T.USER_LIST_REQUEST, { request_id: 'list' })
      await client.expectError(401, 'login_required', {
        in_reply_to: T.USER_LIST_REQUEST,
        request_id: 'list',
      })
      client.send(T.LOGIN_REQUEST, { request_id: 'login' })
      await client.expectError(400, 'invalid_field', { in_reply_to: T.LOGIN_REQUEST, request_id: 'login' })
      client.send(T.HEARTBEAT, { request_id: 'x'.repeat(65), timestamp: 3 })
      await client.expectError(400, 'invalid_field')
    },
  },
  {
    title: 'REQ-4 calls and signaling before login: ERROR 401',
    async run(bench) {
      const client = await bench.open()
      client.send(T.CALL_REQUEST, { to_user_id: 'x' })
      await client.expectError(401, 'login_required')
      await client.expect(T.CALL_DECLINED, { call_id: '', peer_user_id: '', peer_username: '' })
      client.send(T.SDP_OFFER, { call_id: 'x', to_user_id: 'x', sdp: 'x' })
      await client.expectError(401, 'login_required')
      await client.expectNothing()
    },
  },
  {
    title: 'BEAT-1 a HEARTBEAT comes back with the same timestamp, whatever number it is',
    async run(bench) {
      const client = await bench.open()
      for (const timestamp of [0, -1.5, 1e-7, Number.MAX_SAFE_INTEGER]) {
        client.send(T.HEARTBEAT, { timestamp })
        await client.expect(T.HEARTBEAT, { timestamp })
      }
    },
  },
]
