import type { Duplex } from 'node:stream'
import { expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { startWebSocketDaemon } from '../../support/house/web-socket-daemon.ts'
import { type RawClient, setUpCall } from '../../support/wire/raw-client.ts'
import { type Received, T } from '../../support/wire/wire.ts'

const ends = endsAfterEach()

test('WS-7 a session moves from TCP to JSON, to binary and back to TCP in a call, and nothing is lost or comes twice', async () => {
  const { open, overTcp } = await startWebSocketDaemon(ends)
  const hello = (client: RawClient<Duplex>) => {
    client.send(T.HELLO, { protocol: 1, client: 'test', capabilities: ['resume'] })
    return client.next(T.WELCOME)
  }
  const bob = await open('roomrtc.binary')
  await hello(bob)
  let alice: RawClient<Duplex> = await overTcp()
  await hello(alice)
  const { callerId, calleeId, call_id } = await setUpCall(alice, bob)
  alice.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'secret of alice' })
  let token = String((await alice.next(T.LOGIN_RESPONSE)).payload['session_token'])

  let sent = 0
  const candidates = (count: number) => {
    for (let i = 0; i < count; i += 1) {
      sent += 1
      const signal = { candidate: `candidate:${sent} é"`, sdp_mid: '0', sdp_mline_index: 0 }
      bob.send(T.ICE_CANDIDATE, { call_id, from_user_id: calleeId, to_user_id: callerId, ...signal })
    }
  }
  const heard: unknown[] = []
  let lastSeq = 0
  const take = (received: Received) => {
    if (received.type !== T.ICE_CANDIDATE) return
    heard.push(received.payload['candidate'])
    lastSeq = Number(received.payload['seq'])
  }
  const hearAll = async () => {
    while (heard.length < sent) take(await alice.next(T.ICE_CANDIDATE))
    ;(await alice.drain()).forEach(take)
  }
  const steps: (() => Promise<RawClient<Duplex>>)[] = [open, () => open('roomrtc.binary'), overTcp]
  for (const connect of steps) {
    candidates(2)
    await hearAll()
    // Some are on their way as the connection breaks, some come while there is none.
    candidates(3)
    await alice.close()
    candidates(3)
    await bob.drain()
    alice = await connect()
    await hello(alice)
    alice.send(T.RESUME, { session_token: token, last_seq: lastSeq })
    const resumed = await alice.next(T.RESUMED)
    token = String(resumed.payload['session_token'])
    expect(resumed.payload).toMatchObject({ call: { call_id } })
    candidates(1)
    await hearAll()
  }
  expect(heard).toEqual(Array.from({ length: sent }, (_, i) => `candidate:${i + 1} é"`))
  expect(sent).toBe(27)
  alice.send(T.ICE_CANDIDATE, {
    ...{ call_id, from_user_id: callerId, to_user_id: calleeId },
    ...{ candidate: 'back', sdp_mid: '0', sdp_mline_index: 0 },
  })
  expect((await bob.next(T.ICE_CANDIDATE)).payload).toMatchObject({ candidate: 'back' })
})
