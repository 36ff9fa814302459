import { T } from './frames.mjs'

const SDP = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns="größe" \\ / 日本 🎥\r\n'

/** A refused CALL_REQUEST is answered twice: some clients would else go on calling (REQ-3). */
async function expectRefusal(client, [code, reason], [peerId, peerName], declinedFor = reason) {
  await client.expectError(code, reason, { in_reply_to: T.CALL_REQUEST, request_id: 'call' })
  await client.expect(T.CALL_DECLINED, {
    call_id: '',
    peer_user_id: peerId,
    peer_username: peerName,
    reason: declinedFor,
    request_id: 'call',
  })
}

const request = (client, to) => client.send(T.CALL_REQUEST, { to_user_id: to, request_id: 'call' })

async function hangUp(by, other, call) {
  by.send(T.HANGUP, { call_id: call })
  await other.expect(T.HANGUP, { call_id: call, reason: 'hangup' })
}

const update = ({ id, name }, state) => ({ user_id: id, username: name, state })

export const callChecks = [
  {
    title: 'CALL-2 REQ-3 calling oneself, somebody unknown, somebody offline: ERROR, then CALL_DECLINED',
    async run(bench) {
      const [anna] = await bench.crew()
      const guest = await bench.open()
      const offline = await bench.register(guest, 'emil')
      request(anna, anna.id)
      await expectRefusal(anna, [400, 'cannot_call_self'], [anna.id, anna.name])
      request(anna, 'no-such-id')
      await expectRefusal(anna, [404, 'user_not_found'], ['', ''])
      request(anna, offline)
      await expectRefusal(anna, [400, 'user_unavailable'], [offline, bench.name('emil')])
    },
  },
  {
    title: 'CALL-1 CALL-4 CALL-6 ring, accept, hang up, and what the others see of it',
    async run(bench) {
      const [anna, ben, cleo] = await bench.crew()
      const call = await bench.ring(anna, ben)
      await cleo.expect(T.USER_STATE_UPDATE, update(anna, 'Busy'))
      await anna.expectNothing()
      await bench.accept(anna, ben, call)
      await cleo.expect(T.USER_STATE_UPDATE, update(ben, 'Busy'))
      await anna.expect(T.USER_STATE_UPDATE, update(ben, 'Busy'))
      await hangUp(anna, ben, call)
      await anna.expectNothing()
      const { updates } = await cleo.rest()
      const seen = updates.map(({ text }) => text).sort()
      const wanted = [anna, ben].map((user) => JSON.stringify(update(user, 'Available'))).sort()
      if (seen.join() !== wanted.join())
        throw new Error(`wanted both Available, got ${seen.join() || 'nothing'}`)
    },
  },
  {
    title: 'CALL-5 decline',
    async run(bench) {
      const [anna, ben] = await bench.crew()
      const call = await bench.ring(anna, ben)
      ben.send(T.CALL_RESPONSE, { call_id: call, accepted: false })
      const peer = { peer_user_id: ben.id, peer_username: ben.name }
      await anna.expect(T.CALL_DECLINED, { call_id: call, ...peer, reason: 'declined' })
      await ben.expect(T.USER_STATE_UPDATE, update(anna, 'Busy'))
      await ben.expect(T.USER_STATE_UPDATE, update(anna, 'Available'))
    },
  },
  {
    title: 'CALL-2 CALL-9 who is in a call neither calls nor is called',
    async run(bench) {
      const [anna, ben, cleo] = await bench.crew()
      const call = await bench.ring(anna, ben)
      request(anna, cleo.id)
      await expectRefusal(anna, [409, 'caller_busy'], [cleo.id, cleo.name])
      request(ben, cleo.id)
      await expectRefusal(ben, [409, 'caller_busy'], [cleo.id, cleo.name])
      request(cleo, ben.id)
      await expectRefusal(cleo, [409, 'callee_busy'], [ben.id, ben.name], 'busy')
      await cleo.expectNothing()
      await hangUp(ben, anna, call)
    },
  },
  {
    title:
      'CALL-3 CALL-6 REQ-7 a third party, and the caller, cannot answer; a third party cannot hang up: ERROR 404',
    async run(bench) {
      const [anna, ben, cleo] = await bench.crew()
      const call = await bench.ring(anna, ben)
      for (const client of [cleo, anna]) {
        client.send(T.CALL_RESPONSE, { call_id: call, accepted: true })
        await client.expectError(404, 'call_not_found')
      }
      await cleo.expect(T.HANGUP, { call_id: call })
      cleo.send(T.HANGUP, { call_id: call })
      await cleo.expectError(404, 'call_not_found')
      await ben.expectNothing()
      await bench.accept(anna, ben, call)
      await hangUp(ben, anna, call)
      ben.send(T.HANGUP, { call_id: call })
      await ben.expectError(404, 'call_not_found')
    },
  },
  {
    title: 'RELAY-5 WIRE-11 an SDP with line ends, quotes and non-ASCII arrives as it was sent',
    async run(bench) {
      const [anna, ben] = await bench.crew()
      const call = await bench.talk(anna, ben)
      anna.send(T.SDP_OFFER, { call_id: call, from_user_id: anna.id, to_user_id: ben.id, sdp: SDP })
      const { text } = await ben.next(T.SDP_OFFER)
      const wanted =
        `{"call_id":"${call}","from_user_id":"${anna.id}","to_user_id":"${ben.id}",` +
        String.raw`"sdp":"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=\"größe\" \\ / 日本 🎥\r\n"}`
      if (text !== wanted) throw new Error(`wanted ${wanted}, got ${text}`)
      ben.send(T.SDP_ANSWER, { call_id: call, to_user_id: anna.id, sdp: SDP })
      const answer = { call_id: call, from_user_id: ben.id, to_user_id: anna.id, sdp: SDP }
      await anna.expect(T.SDP_ANSWER, answer)
      await hangUp(anna, ben, call)
    },
  },
  {
    title: 'RELAY-2 a forged from_user_id is put right',
    async run(bench) {
      const [anna, ben, cleo] = await bench.crew()
      const call = await bench.talk(anna, ben)
      anna.send(T.SDP_OFFER, { call_id: call, from_user_id: cleo.id, to_user_id: ben.id, sdp: 'x' })
      await ben.expect(T.SDP_OFFER, { call_id: call, from_user_id: anna.id, to_user_id: ben.id, sdp: 'x' })
      await hangUp(anna, ben, call)
    },
  },
  {
    title:
      'RELAY-1 RELAY-3 SDP before acceptance, from a third party, to a third party: ERROR 404, nothing forwarded',
    async run(bench) {
      const [anna, ben, cleo] = await bench.crew()
      const call = await bench.ring(anna, ben)
      const offer = (to) => ({ call_id: call, from_user_id: anna.id, to_user_id: to.id, sdp: 'x' })
      anna.send(T.SDP_OFFER, offer(ben))
      await anna.expectError(404, 'call_not_found')
      await bench.accept(anna, ben, call)
      cleo.send(T.SDP_OFFER, offer(ben))
      await cleo.expectError(404, 'call_not_found')
      anna.send(T.SDP_OFFER, offer(cleo))
      await anna.expectError(404, 'not_call_peer')
      anna.send(T.SDP_OFFER, { ...offer(ben), call_id: 'no-such-call' })
      await anna.expectError(404, 'call_not_found')
      await ben.expectNothing()
      await cleo.expectNothing()
      await hangUp(anna, ben, call)
    },
  },
  {
    title: 'RELAY-4 60 candidates arrive in order, the empty one that ends them included',
    async run(bench) {
      const [anna, ben] = await bench.crew()
      const call = await bench.talk(anna, ben)
      const candidates = Array.from({ length: 60 }, (_, n) => ({
        candidate: n === 59 ? '' : `candidate:${n} 1 udp 2122260223 192.0.2.1 ${5000 + n} typ host`,
        sdp_mid: String(n % 3),
        sdp_mline_index: n === 0 ? 4_294_967_295 : n % 3,
      }))
      const parties = { call_id: call, from_user_id: anna.id, to_user_id: ben.id }
      for (const candidate of candidates) anna.send(T.ICE_CANDIDATE, { ...parties, ...candidate })
      for (const candidate of candidates) await ben.expect(T.ICE_CANDIDATE, { ...parties, ...candidate })
      await hangUp(ben, anna, call)
    },
  },
  {
    title: 'CALL-8 who disconnects in a call leaves the other Available',
    async run(bench) {
      const [anna, ben, cleo] = await bench.crew()
      const call = await bench.talk(anna, ben)
      await cleo.rest()
      ben.cut()
      await anna.expect(T.HANGUP, { call_id: call, reason: 'peer_disconnected' })
      const { updates } = await cleo.rest()
      const seen = updates.map(({ text }) => text)
      for (const wanted of [update(anna, 'Available'), update(ben, 'Disconnected')]) {
        if (!seen.includes(JSON.stringify(wanted)))
          throw new Error(`wanted ${JSON.stringify(wanted)}, got ${seen}`)
      }
    },
  },
  {
    title: 'SESS-1 a login elsewhere ends the call of the session that it replaces',
    async run(bench) {
      const [anna, ben] = await bench.crew()
      const call = await bench.talk(anna, ben)
      const guest = await bench.logIn(await bench.open(), 'anna')
      await ben.expect(T.HANGUP, { call_id: call, reason: 'replaced' })
      await anna.expectError(409, 'session_replaced')
      await anna.expectEnd()
      request(guest, ben.id)
      const { call_id: next } = await ben.expect(T.CALL_NOTIFICATION)
      await hangUp(guest, ben, next)
    },
  },
]
