import { hex, T } from './frames.mjs'

// Refused for what they would do to the account file, a log line or a client's parser, or for their length.
const BAD_NAMES = {
  'a|b': 'a|b',
  'a line break': 'a\n1|root|x|0',
  quotes: 'a"b',
  'a backslash': 'a\\b',
  'nothing at all': '',
  'a space at the end': 'a ',
  '33 characters': 'x'.repeat(33),
}

export const accountChecks = [
  {
    title: 'AUTH-1 REGISTER_REQUEST makes an account and does not log in',
    async run(bench) {
      const client = await bench.open()
      await bench.register(client, 'dora')
      await client.write(hex('00 00 00 03 05 7B 7D'))
      await client.expectError(401, 'login_required')
    },
  },
  {
    title: 'AUTH-2 a name that is taken',
    async run(bench) {
      const [anna] = await bench.crew()
      anna.send(T.REGISTER_REQUEST, { ...bench.credentials('anna'), request_id: 'r' })
      const error = 'Username already exists'
      const refused = { success: false, error, reason: 'username_taken', request_id: 'r' }
      await anna.expect(T.REGISTER_RESPONSE, refused)
    },
  },
  ...Object.entries(BAD_NAMES).map(([what, username]) => ({
    title: `AUTH-3 a username of ${what} is refused`,
    async run(bench) {
      const client = await bench.open()
      client.send(T.REGISTER_REQUEST, { username, password_hash: 'secret' })
      const sentence = (error) => typeof error === 'string' && error.length > 20
      const refused = { success: false, error: sentence, reason: 'invalid_username' }
      await client.expect(T.REGISTER_RESPONSE, refused)
    },
  })),
  {
    title: 'AUTH-4 PRES-2 a login is told to the others and not to oneself',
    async run(bench) {
      const [anna, ben] = await bench.crew()
      const guest = await bench.logIn(await bench.open(), 'dora')
      const update = { user_id: guest.id, username: guest.name, state: 'Available' }
      await anna.expect(T.USER_STATE_UPDATE, update)
      await ben.expect(T.USER_STATE_UPDATE, update)
      await guest.expectNoUpdate()
      guest.cut()
      await anna.expect(T.USER_STATE_UPDATE, { ...update, state: 'Disconnected' })
    },
  },
  {
    title: 'AUTH-5 wrong password and unknown name: the very same answer, and the connection lives',
    async run(bench) {
      await bench.crew()
      const client = await bench.open()
      const answers = []
      for (const word of ['anna', 'nobody']) {
        client.send(T.LOGIN_REQUEST, { username: bench.name(word), password_hash: 'wrong' })
        const { text } = await client.next(T.LOGIN_RESPONSE, { success: false, error: 'Invalid credentials' })
        answers.push(text)
      }
      if (answers[0] !== answers[1]) throw new Error(`the answers differ: ${answers.join(' and ')}`)
      await bench.logIn(client, 'dora')
    },
  },
  {
    title: 'AUTH-6 of a long secret all counts',
    async run(bench) {
      const client = await bench.open()
      const username = bench.name('longpass')
      client.send(T.REGISTER_REQUEST, { username, password_hash: `${'x'.repeat(100)}1` })
      await client.expect(T.REGISTER_RESPONSE, { success: true })
      client.send(T.LOGIN_REQUEST, { username, password_hash: `${'x'.repeat(100)}2` })
      await client.expect(T.LOGIN_RESPONSE, { success: false })
    },
  },
  {
    title: 'AUTH-7 logout, then SDP: ERROR 401; then login again',
    async run(bench) {
      const [anna, ben, cleo] = await bench.crew()
      const call = await bench.talk(anna, ben)
      await anna.write(hex('00 00 00 03 13 7B 7D'))
      const { text } = await anna.next(T.LOGOUT_RESPONSE)
      if (text !== '{"success":true,"error":null}') throw new Error(`wanted success, got ${text}`)
      await ben.expect(T.HANGUP, { call_id: call, reason: 'logout' })
      anna.send(T.SDP_OFFER, { call_id: call, from_user_id: anna.id, to_user_id: ben.id, sdp: 'late' })
      await anna.expectError(401, 'login_required')
      await ben.expectNothing()
      await cleo.rest()
      await bench.logIn(anna, 'anna')
      await cleo.expect(T.USER_STATE_UPDATE, { user_id: anna.id, username: anna.name, state: 'Available' })
    },
  },
  {
    title: 'AUTH-8 LOGIN_REQUEST for another user on the same connection: ERROR 409',
    async run(bench) {
      const [anna, ben] = await bench.crew()
      anna.send(T.LOGIN_REQUEST, bench.credentials('cleo'))
      await anna.expectError(409, 'already_logged_in')
      await bench.logIn(anna, 'anna')
      await ben.expectNoUpdate()
    },
  },
  {
    title: 'SESS-1 a second login replaces the first, and nobody sees the user go',
    async run(bench) {
      const [anna, ben] = await bench.crew()
      const guest = await bench.logIn(await bench.open(), 'anna')
      await anna.expectError(409, 'session_replaced')
      await anna.expectEnd()
      await guest.expectNothing()
      await ben.expectNoUpdate()
    },
  },
  {
    title: 'SESS-3 the late end of a connection that logged out leaves the new session alone',
    async run(bench) {
      const [anna, ben] = await bench.crew()
      await anna.write(hex('00 00 00 03 13 7B 7D'))
      await anna.expect(T.LOGOUT_RESPONSE, { success: true })
      const guest = await bench.logIn(await bench.open(), 'anna')
      await ben.rest()
      anna.finish()
      await anna.expectEnd()
      await guest.expectNothing()
      await ben.expectNoUpdate()
    },
  },
  {
    title: 'PRES-1 the user list has everybody with their state, oneself included',
    async run(bench) {
      const [anna, ben] = await bench.crew()
      anna.send(T.USER_LIST_REQUEST, {})
      const { users, truncated } = await anna.expect(T.USER_LIST_RESPONSE)
      for (const { id, name } of [anna, ben]) {
        const wanted = JSON.stringify({ user_id: id, username: name, state: 'Available' })
        const found = users.filter((user) => JSON.stringify(user) === wanted)
        if (found.length !== 1) throw new Error(`wanted ${wanted} once among ${users.length} users`)
      }
      const offline = users.find(({ username }) => username === bench.name('dora'))
      if (truncated !== true && offline?.state !== 'Disconnected') {
        throw new Error(`wanted ${bench.name('dora')} Disconnected, got ${JSON.stringify(offline)}`)
      }
    },
  },
]
