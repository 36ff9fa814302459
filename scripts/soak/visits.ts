import type { Dice } from '../../tests/support/dice.ts'
import { T } from '../../tests/support/wire/wire.ts'
import { accept, comeBack, connect, EVERYTHING, logIn, relay, ring, visit, type Visitor } from './visitor.ts'

/** What a visit has to go by: two accounts that nobody else uses at the time. */
interface Guests {
  readonly port: number
  readonly dice: Dice
  readonly names: readonly [string, string]
}

/** Comes, does something, and leaves nothing behind but perhaps a session whose window runs out. */
type Visit = (guests: Guests) => Promise<void>

const someCapabilities = [undefined, undefined, [], ['call_control'], ['resume'], EVERYTHING]

/** A call from ring to one of its ends. */
const talk: Visit = async ({ port, dice, names }) => {
  const caller = await visit(port, names[0], dice.pick(someCapabilities))
  const callee = await visit(port, names[1], dice.pick(someCapabilities))
  const call_id = await ring(caller, callee)
  const [one, other] = dice.pick([
    [caller, callee],
    [callee, caller],
  ] as const)
  if (dice.between(1, 4) === 1) {
    callee.client.send(T.CALL_RESPONSE, { call_id, accepted: false })
    await caller.client.next(T.CALL_DECLINED)
  } else {
    await accept(caller, callee, call_id)
    await relay(caller, callee, call_id, dice.between(0, 20))
    await relay(callee, caller, call_id, dice.between(0, 20))
    if (dice.between(1, 2) === 1) {
      one.client.send(T.HANGUP, { call_id })
      await other.client.next(T.HANGUP)
    }
  }
  await leave(one, dice)
  await leave(other, dice)
}

/** A call that outlives several connections of one of its parties. */
const loseAndResume: Visit = async ({ port, dice, names }) => {
  const caller = await visit(port, names[0], EVERYTHING)
  let callee = await visit(port, names[1], EVERYTHING)
  const call_id = await ring(caller, callee)
  await accept(caller, callee, call_id)
  for (let times = dice.between(1, 3); times > 0; times -= 1) {
    const wentFirst = dice.between(1, 2) === 1
    if (wentFirst) {
      callee.client.socket.resetAndDestroy()
      await caller.client.next(T.PEER_STATE)
    }
    const old = callee.client
    const back = await comeBack(port, callee)
    if (back === undefined) {
      await caller.client.next(T.HANGUP)
      await leave(caller, dice)
      return
    }
    callee = back
    if (wentFirst) await caller.client.next(T.PEER_STATE)
    else await old.untilClosed()
    await relay(callee, caller, call_id, dice.between(1, 10))
  }
  caller.client.send(T.HANGUP, { call_id })
  await callee.client.next(T.HANGUP)
  await leave(caller, dice)
  await leave(callee, dice)
}

const wrongPassword: Visit = async ({ port, dice, names }) => {
  const client = await connect(port, dice.pick(someCapabilities))
  for (let times = dice.between(1, 5); times > 0; times -= 1) {
    client.send(T.LOGIN_REQUEST, { username: names[0], password_hash: 'not it' })
    const { text } = await client.next(T.LOGIN_RESPONSE)
    if (!text.includes('invalid_credentials')) throw new Error(`a wrong password was answered by ${text}`)
  }
  await leave(await logIn(client, names[0]), dice)
}

/** Asks a lot, reads none of it, and is gone. */
const slowReader: Visit = async ({ port, dice, names }) => {
  const { client } = await visit(port, names[0], dice.pick(someCapabilities))
  client.socket.pause()
  for (let i = 0; i < 500; i += 1) client.send(T.USER_LIST_REQUEST, {})
  // Somebody else comes and goes meanwhile, which is told to the one that does not read as well.
  await leave(await visit(port, names[1]), dice)
  client.socket.resetAndDestroy()
  await client.untilClosed()
}

/** The same user from two places. */
const replaced: Visit = async ({ port, dice, names }) => {
  const first = await visit(port, names[0], dice.pick(someCapabilities))
  const second = await visit(port, names[0], dice.pick(someCapabilities))
  await first.client.untilClosed()
  await leave(second, dice)
}

/** Bytes that are no message, or half of one. */
const rude: Visit = async ({ port, dice }) => {
  const client = await connect(port, undefined)
  const bytes = dice.pick([
    [0, 0, 0, 0],
    [0xff, 0xff, 0xff, 0xff, 1],
    [0, 0, 0, 9, 1, 0x7b],
    [0, 0, 0, 3, 0x77, 0x7b, 0x7d],
  ])
  client.sendBytes(Buffer.from(bytes))
  if (dice.between(1, 2) === 1) client.socket.end()
  else client.socket.resetAndDestroy()
  await client.untilClosed()
}

/** By their weight. */
export const visits: readonly Visit[] = [
  ...[talk, talk, talk, talk, talk, talk],
  ...[loseAndResume, loseAndResume, loseAndResume],
  ...[wrongPassword, slowReader, replaced, rude],
]

async function leave({ client }: Visitor, dice: Dice): Promise<void> {
  switch (dice.between(1, 4)) {
    case 1:
      client.socket.resetAndDestroy()
      break
    case 2:
      client.send(T.LOGOUT_REQUEST, {})
      await client.next(T.LOGOUT_RESPONSE)
      client.socket.end()
      break
    case 3:
      client.socket.end()
      break
    default:
      client.socket.destroy()
  }
  await client.untilClosed()
}
