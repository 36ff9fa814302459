import { afterEach, expect, test, vi } from 'vitest'
import { createHouse, type House, type HouseClient } from '../support/house/house.ts'
import { T } from '../support/wire/wire.ts'

const WINDOW_MS = 50
const USERS = 100
/** Changes in a window that so many are told one by one: 5,000 frames. */
const AT_ONCE = 50
const PAIRS = 20

afterEach(() => {
  vi.restoreAllMocks()
})

async function crowd(house: House): Promise<HouseClient[]> {
  const users: HouseClient[] = []
  for (let i = 0; i < USERS; i++) users.push(await house.logIn(`user${i}`))
  // Until no window is open.
  for (let i = 0; i < 3; i++) await house.pass(WINDOW_MS)
  for (const user of users) user.take()
  return users
}

/** How often the server writes somebody's state as JSON from now on. `heard`: the clients write each that they get again, to check it. */
function countEncodings(): (heard: number) => number {
  const stringify = vi.spyOn(JSON, 'stringify')
  return (heard) =>
    stringify.mock.results.filter(({ value }) => String(value).includes('"state":')).length - heard
}

interface Pair {
  readonly caller: HouseClient
  readonly callee: HouseClient
}

/** Each of the pairs calls and hangs up, so often, and in the end calls and goes on ringing: the caller's state changes with each. */
async function storm(pairs: readonly Pair[], times: number): Promise<void> {
  for (let round = 1; round <= times; round++)
    for (const { caller, callee } of pairs) {
      await caller.send(T.CALL_REQUEST, { to_user_id: callee.userId })
      const call_id = callee.take(T.CALL_NOTIFICATION)[0]?.payload['call_id']
      if (round < times) await caller.send(T.HANGUP, { call_id })
    }
}

test('BENCH-4 a change of presence is encoded once, and each listener is given these bytes in one piece', async () => {
  const [alice, ...listeners] = await crowd(createHouse())
  const before = listeners.map(({ writes }) => writes)
  const encodings = countEncodings()
  await alice?.send(T.LOGOUT_REQUEST, {})
  expect(listeners.map(({ writes }) => writes)).toEqual(before.map((writes) => writes + 1))
  expect(encodings(listeners.length)).toBe(1)
  expect(new Set(listeners.map(({ lastFrame }) => lastFrame)).size).toBe(1)
})

test('BENCH-5 a storm of changes is one piece for each listener and window, and two for whom one is about', async () => {
  const house = createHouse({ presenceWindowMs: WINDOW_MS })
  const users = await crowd(house)
  const callers = users.slice(0, PAIRS)
  const others = users.slice(PAIRS)
  const bystanders = users.slice(2 * PAIRS)
  const sinceNow = (clients: readonly HouseClient[]) => {
    const before = clients.map(({ writes }) => writes)
    return () => clients.map(({ writes }, i) => writes - (before[i] ?? 0))
  }

  const inStorm = sinceNow(bystanders)
  await storm(
    callers.map((caller, i) => ({ caller, callee: others[i] ?? caller })),
    5,
  )
  expect(Math.max(...inStorm())).toBeLessThanOrEqual(AT_ONCE)

  for (const user of users) user.take()
  const [toCallers, toOthers] = [sinceNow(callers), sinceNow(others)]
  const encodings = countEncodings()
  await house.pass(WINDOW_MS)
  expect(toOthers()).toEqual(others.map(() => 1))
  expect(Math.max(...toCallers())).toBe(2)
  const news = users.map((user) => user.take(T.USER_STATE_UPDATE).map(({ payload }) => payload['state']))
  expect(encodings(news.flat().length)).toBe(PAIRS)
  for (const heard of news.slice(PAIRS)) expect(heard).toEqual(callers.map(() => 'Busy'))
})
