import { createServer } from 'node:net'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { HOOK_RESULTS } from '../../../src/application/ports/hooks.ts'
import { parseRoomId } from '../../../src/domain/ids.ts'
import { randomIds } from '../../../src/infrastructure/system/random-ids.ts'
import { openWebhooks } from '../../../src/infrastructure/webhooks/open-webhooks.ts'
import { signedHeaders } from '../../../src/infrastructure/webhooks/signature.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { createSpyLog } from '../../support/house/spy-log.ts'
import { createHouseTime } from '../../support/house/time.ts'
import { startHookReceiver } from '../../support/webhooks/hook-receiver.ts'

const SECRET = 'a secret of thirty-two letters or more'
const ends = endsAfterEach()

/** The webhooks of one URL, with time that only the test moves but for what a request may take. */
function open(url: string, more: Partial<Parameters<typeof openWebhooks>[0]> = {}) {
  const time = createHouseTime(1_700_000_000_000)
  const spy = createSpyLog()
  const waits: number[] = []
  const pause: typeof time.pause = (ms, unless) => {
    waits.push(ms)
    return time.pause(ms, unless)
  }
  const hooks = openWebhooks({
    endpoints: [{ url, secret: SECRET, events: ['room.closed'] }],
    ...{ timeoutMs: 5000, retryForMs: 3_600_000, maxQueue: 1000, includeText: false, ids: randomIds },
    ...{ clock: time.clock, pause, random: { fraction: () => 0 }, log: spy.log },
    ...more,
  })
  let closing: Promise<void> | undefined
  const close = () => (closing ??= hooks.close())
  ends.push(() => {
    const closed = close()
    time.move(2000)
    return closed
  })
  const tell = (room: string) => {
    const id = parseRoomId(room)
    if (id === undefined) throw new Error('no id of a room')
    hooks.tell({ type: 'room.closed', room: id })
  }
  const results = () => Object.fromEntries([...hooks.results()].filter(([, count]) => count > 0))
  return { hooks, tell, time, results, close, waits, lines: spy.lines }
}

const answers =
  (...all: readonly (number | Readonly<Record<string, string | number>>)[]) =>
  (response: ServerResponse, count: number) => {
    const answer = all[count - 1] ?? 200
    const { status, ...headers } = typeof answer === 'number' ? { status: answer } : answer
    response.writeHead(Number(status), headers).end()
  }

test('HOOK-2 a request is signed as Standard Webhooks has it', () => {
  const { 'webhook-signature': signature } = signedHeaders(
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'msg_p5jXN8AQM9LWM0D4loKWxJek',
    1_614_265_330,
    '{"test": 2432232314}',
  )
  expect(signature).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
})

test('HOOK-2 HOOK-3 HOOK-4 what fails is sent again, later and later, and those after it wait', async () => {
  const receiver = await startHookReceiver(ends, answers(500, 429, { status: 302, location: '/other' }))
  const { tell, time, results, hooks, waits, lines } = open(receiver.url)
  for (const room of ['one', 'two']) tell(room)
  for (const [index, wait] of [500, 1000, 2000].entries()) {
    await expect.poll(() => waits.length).toBe(index + 1)
    expect(waits.at(-1)).toBe(wait)
    expect(receiver.requests).toHaveLength(index + 1)
    time.move(wait)
  }
  await expect.poll(results).toEqual({ delivered: 2 })
  const rooms = receiver.requests.map(({ event }) => event.data['room_id'])
  expect(rooms).toEqual(['one', 'one', 'one', 'one', 'two'])
  expect(new Set(receiver.requests.map(({ event }) => event.id)).size).toBe(2)
  expect(new Set(receiver.requests.map(({ path }) => path))).toEqual(new Set(['/hook']))
  for (const { headers, event, text } of receiver.requests) {
    const at = Number(headers['webhook-timestamp'])
    expect(headers).toMatchObject(signedHeaders(SECRET, event.id, at, text))
  }
  expect(receiver.requests.map(({ headers }) => headers['webhook-timestamp'])).toEqual([
    '1700000000',
    '1700000000',
    '1700000001',
    '1700000003',
    '1700000003',
  ])
  expect(hooks.waiting()).toBe(0)
  expect(lines.map(({ message }) => message)).toEqual([
    'the webhook is not reached: its events are sent again later',
    'the webhook is reached again',
  ])
})

test('HOOK-3 HOOK-8 what is refused is not sent again, and neither its path nor its body is in the log', async () => {
  const receiver = await startHookReceiver(ends, answers(400))
  const { tell, results, lines } = open(receiver.url)
  for (const room of ['secret-room', 'two']) tell(room)
  await expect.poll(results).toEqual({ refused: 1, delivered: 1 })
  expect(receiver.requests).toHaveLength(2)
  expect(lines).toMatchObject([{ status: 400, webhook: new URL(receiver.url).origin }])
  expect(JSON.stringify(lines)).not.toMatch(/secret-room|hook"\/|\/hook"/)
})

test('HOOK-3 patience that is asked for is given, and an event that is too old is given up', async () => {
  const receiver = await startHookReceiver(ends, answers({ status: 503, 'retry-after': 20 }, 503))
  const { tell, time, results, waits } = open(receiver.url, { retryForMs: 20_000 })
  tell('one')
  await expect.poll(() => waits).toEqual([20_000])
  time.move(20_000)
  await expect.poll(results).toEqual({ given_up: 1 })
  tell('two')
  time.move(1000)
  await expect.poll(results).toEqual({ given_up: 1, delivered: 1 })
})

test('HOOK-3 HOOK-7 an answer that does not come is waited for so long and no longer', async () => {
  const silent = createServer((socket) => socket.on('error', () => undefined))
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  ends.push(() => silent.close())
  const address = silent.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const { tell, lines } = open(`http://127.0.0.1:${port}/`, { timeoutMs: 20 })
  tell('one')
  await expect.poll(() => lines).toMatchObject([{ cause: 'no answer within 20 ms' }])
})

test('HOOK-5 of too many that wait the oldest are dropped', async () => {
  const receiver = await startHookReceiver(ends, answers(500))
  const { tell, time, results, lines } = open(receiver.url, { maxQueue: 2 })
  for (const room of ['one', 'two', 'three', 'four']) tell(room)
  expect(results()).toEqual({ dropped: 1 })
  await expect.poll(() => lines.length).toBe(1)
  time.move(500)
  await expect.poll(results).toEqual({ dropped: 1, delivered: 3 })
  const rooms = receiver.requests.map(({ event }) => event.data['room_id'])
  expect(rooms).toEqual(['one', 'one', 'three', 'four'])
})

test('HOOK-7 a stop sends what waits', async () => {
  const receiver = await startHookReceiver(ends, answers(500))
  const { tell, results, close, lines } = open(receiver.url)
  for (const room of ['one', 'two', 'three']) tell(room)
  await expect.poll(() => lines.length).toBe(1)
  await close()
  expect(results()).toEqual({ delivered: 3 })
})

test('HOOK-7 a stop waits for nobody who does not answer, and counts what is lost', async () => {
  const receiver = await startHookReceiver(ends, () => undefined)
  const { tell, time, results, close, lines } = open(receiver.url)
  for (const room of ['one', 'two', 'three']) tell(room)
  await expect.poll(() => receiver.requests.length).toBe(1)
  const closed = close()
  time.move(2000)
  await closed
  expect(results()).toEqual({ lost: 3 })
  expect(lines.at(-1)).toMatchObject({ lost: 3 })
})

test('HOOK-1 each endpoint gets what it wants, and no other waits for it', async () => {
  const broken = await startHookReceiver(ends, answers(500, 500, 500))
  const whole = await startHookReceiver(ends)
  const { tell, hooks, lines } = open('', {
    endpoints: [
      { url: broken.url, secret: SECRET, events: ['room.closed', 'room.opened'] },
      { url: whole.url, secret: SECRET, events: ['room.closed'] },
    ],
  })
  const room = parseRoomId('voice')
  const by = { id: randomIds.user(), username: 'alice' }
  if (room !== undefined) hooks.tell({ type: 'room.opened', room, name: 'Voice', by })
  tell('voice')
  await expect.poll(whole.types).toEqual(['room.closed'])
  await expect.poll(() => lines.length).toBe(1)
  expect(broken.types()).toEqual(['room.opened'])
  expect([...hooks.results()].map(([result]) => result)).toEqual(HOOK_RESULTS)
})
