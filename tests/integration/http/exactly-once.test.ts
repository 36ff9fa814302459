import { once } from 'node:events'
import { expect, test } from 'vitest'
import { createDice, randomSeed } from '../../support/dice.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { startHttpDaemon } from '../../support/house/http-daemon.ts'
import { type HttpClient, httpClient } from '../../support/wire/http-client.ts'
import { rawHttp } from '../../support/wire/raw-http.ts'

const ends = endsAfterEach()

const SIGNALS = 60

test('HTTP-18 HTTP-20 HTTP-21 every event once and in order, however often its listener is interrupted', async () => {
  const { base, httpPort } = await startHttpDaemon(ends)
  const alice = await httpClient(base, 'alice', ['call_control'])
  const bob = await httpClient(base, 'bob', ['call_control'])
  const { call_id } = (await alice.post('/api/call/initiate', { to_user_id: bob.userId })).body
  await bob.post('/api/call/accept', { call_id })
  const dice = createDice(randomSeed())
  const told: { readonly seq: number; readonly candidate: unknown }[] = []
  let last = 0

  const take = (events: readonly Readonly<Record<string, unknown>>[]): void => {
    for (const { seq, candidate } of events) {
      last = Number(seq)
      told.push({ seq: last, candidate })
    }
  }
  const poll = async () => {
    take((await bob.events(last, 1)).events)
  }
  const pollAndLeave = async () => {
    const leaving = AbortSignal.timeout(dice.between(1, 30))
    const url = `${base}/api/events?after=${last}&wait_secs=5`
    await fetch(url, { headers: bob.headers, signal: leaving }).catch(() => undefined)
  }
  const pollTwice = async () => {
    const answers = await Promise.all([bob.events(last, 1), bob.events(last, 1)])
    // Both may have some: what was not acknowledged is told again.
    take(
      answers.map(({ events }) => events).reduce((one, other) => (other.length > one.length ? other : one)),
    )
  }
  const stream = async () => {
    const { socket, received, closed } = rawHttp(httpPort, streamRequest(bob, last))
    ends.push(() => socket.destroy())
    await Promise.race([once(socket, 'data'), closed])
    setTimeout(() => socket.destroy(), dice.between(1, 60))
    await closed
    take(eventsIn(received()))
  }

  const sending = (async () => {
    for (let i = 0; i < SIGNALS; i += 1) {
      const signal = { call_id, candidate: `candidate ${i}`, sdp_mid: '0', sdp_mline_index: 0 }
      expect((await alice.post('/api/signal/ice', signal)).status).toBe(202)
    }
  })()
  // The first of the events is that it rings.
  while (told.length < SIGNALS + 1) await dice.pick([poll, pollAndLeave, pollTwice, stream])()
  await sending
  const sent = Array.from({ length: SIGNALS }, (_, i) => `candidate ${i}`)
  expect(
    told.map(({ seq }) => seq),
    `seed ${dice.seed}`,
  ).toEqual(told.map((_, i) => i + 1))
  expect(told.slice(1).map(({ candidate }) => candidate)).toEqual(sent)
})

function streamRequest({ headers }: HttpClient, last: number): string {
  const lines = Object.entries({ ...headers, Accept: 'text/event-stream', 'Last-Event-ID': String(last) })
  return `GET /api/events HTTP/1.1\r\nHost: a\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
}

/** Those that have come whole. */
function eventsIn(stream: string): Readonly<Record<string, unknown>>[] {
  return [...stream.matchAll(/^id: \d+\nevent: \w+\ndata: (?<data>\{.*\})\n\n/gm)].map(({ groups }) => {
    const event: unknown = JSON.parse(groups?.['data'] ?? '')
    return typeof event === 'object' && event !== null ? { ...event } : {}
  })
}
