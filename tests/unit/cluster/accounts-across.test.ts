import { expect, test } from 'vitest'
import type { PasswordHasher } from '../../../src/application/ports/password-hasher.ts'
import type { UserStore } from '../../../src/application/ports/user-store.ts'
import { ok } from '../../../src/domain/result.ts'
import type { Account } from '../../../src/domain/user.ts'
import { SharedMemory } from '../../support/cluster/shared-memory.ts'
import { createHouse, type House, type HouseClient, settled } from '../../support/house/house.ts'
import { resume } from '../../support/house/resuming.ts'
import { createHouseTime } from '../../support/house/time.ts'
import { T } from '../../support/wire/wire.ts'

interface World {
  readonly a: House
  readonly b: House
  /** What is stored. */
  readonly truth: UserStore
  readonly alice: Account
  /** What node b still shows of alice, whatever is stored. */
  readonly bShows: (account: Account | undefined) => void
  /** Done at the moment in which node b has found alice to look at her password. */
  readonly meanwhile: (work: () => Promise<unknown>) => void
  /** Done before node b looks at alice's account the next time. */
  readonly beforehand: (work: () => Promise<unknown>) => void
}

/** Two nodes; what b shows of the accounts may be old, as with a database of which it hears a moment later. */
async function twoNodes(): Promise<World> {
  const world = new SharedMemory(createHouseTime(1_700_000_000_000))
  const a = createHouse({ world, node: 'a' })
  const { users: truth, history } = a.ports
  // Of one password there may be several hashes.
  const hasher: PasswordHasher = {
    ...a.ports.hasher,
    verify: (password, hash) =>
      Promise.resolve(ok({ matches: hash?.split(' ')[1] === password, stale: false })),
  }
  await a.connect().send(T.REGISTER_REQUEST, { username: 'alice', password_hash: 'pw' })
  const found = await truth.findByName('alice')
  if (found === undefined) throw new Error('alice has registered')
  let shown: { readonly account: Account | undefined } | undefined
  let work: (() => Promise<unknown>) | undefined
  let first: (() => Promise<unknown>) | undefined
  const users: UserStore = {
    ...truth,
    findById: (id) =>
      shown === undefined || id !== found.id ? truth.findById(id) : Promise.resolve(shown.account),
    async lookUp(username) {
      const before = first
      first = undefined
      await before?.()
      const stored = await truth.lookUp(username)
      const due = work
      work = undefined
      await due?.()
      return stored
    },
  }
  const b = createHouse({ world, node: 'b', users, hasher, history })
  await settled()
  return {
    ...{ a, b, truth, alice: found },
    bShows: (account) => (shown = { account }),
    meanwhile: (then) => (work = then),
    beforehand: (then) => (first = then),
  }
}

/** Logs in with the password of the house, and waits for all that comes of it. */
async function logInAgain(house: House, capabilities: readonly string[] = []): Promise<HouseClient> {
  const client = house.connect()
  await client.hello(['errors', ...capabilities])
  await client.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'pw' })
  await settled()
  return client
}

const reasons = (client: HouseClient) => client.take(T.ERROR).map(({ payload }) => payload['reason'])

const changes: readonly {
  readonly what: string
  readonly change: (users: UserStore, alice: Account) => Promise<unknown>
}[] = [
  { what: 'disabled', change: (users, { id }) => users.setDisabled(id, true) },
  { what: 'removed', change: (users, { id }) => users.remove(id) },
  { what: 'renamed', change: (users, { id }) => users.rename(id, 'zoe') },
  {
    what: 'given another password',
    change: (users, { id, passwordHash }) => users.replaceHash(id, passwordHash, 'plain another'),
  },
]

test.each(changes)(
  'CLUSTER-116 a login at one node while the account is $what at another leaves no session',
  async ({ change }) => {
    const { a, b, truth, alice, bShows, meanwhile } = await twoNodes()
    bShows(alice)
    meanwhile(async () => {
      await change(truth, alice)
      await a.inputs.administration.endSessions({ user: alice.id })
    })
    const client = await logInAgain(b)
    expect(client.take(T.LOGIN_RESPONSE)).toMatchObject([{ payload: { success: true } }])
    expect(reasons(client)).toEqual(['session_ended_by_administrator'])
    expect(a.inputs.administration.stateOf(alice.id)).toBe('offline')
  },
)

test('CLUSTER-116 a login stays whose hash another one has only renewed meanwhile', async () => {
  const { a, b, truth, alice, bShows, meanwhile } = await twoNodes()
  bShows(alice)
  meanwhile(() => truth.replaceHash(alice.id, alice.passwordHash, 'renewed pw'))
  const client = await logInAgain(b)
  expect(reasons(client)).toEqual([])
  expect(a.inputs.administration.stateOf(alice.id)).toBe('live')
})

test('CLUSTER-116 a session stays whose user changes the password by it as soon as it is there', async () => {
  const { a, b, alice, bShows, meanwhile, beforehand } = await twoNodes()
  bShows(alice)
  const client = b.connect()
  await client.hello(['errors', 'account'])
  // The login is being confirmed when the password is changed.
  const changed = () => client.send(T.CHANGE_PASSWORD, { password_hash: 'pw', new_password_hash: 'another' })
  meanwhile(() => Promise.resolve(beforehand(changed)))
  await client.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'pw' })
  await settled()
  expect(client.take(T.PASSWORD_CHANGED)).toHaveLength(1)
  expect(reasons(client)).toEqual([])
  expect(a.inputs.administration.stateOf(alice.id)).toBe('live')
})

test.each(changes.slice(0, 3))(
  'CLUSTER-115 a node that hears of it ends the sessions of an account that was $what',
  async ({ change }) => {
    const { a, b, truth, alice } = await twoNodes()
    const client = await logInAgain(b)
    await change(truth, alice)
    a.inputs.accountsEdited(true)
    await settled()
    await a.pass(1000)
    await settled()
    expect(reasons(client)).toEqual(['session_ended_by_administrator'])
  },
)

test('CLUSTER-115 a node that has not heard of an account yet ends nothing of it', async () => {
  const { a, b, alice, bShows } = await twoNodes()
  const client = await logInAgain(a)
  bShows(undefined)
  b.inputs.accountsEdited(true)
  await settled()
  await b.pass(1000)
  await settled()
  expect(reasons(client)).toEqual([])
  expect(b.inputs.administration.stateOf(alice.id)).toBe('live')
})

test('CLUSTER-119 RESUME-2 a session goes on at a node that has not heard of the account yet', async () => {
  const { a, b, bShows } = await twoNodes()
  const [login] = (await logInAgain(a, ['resume'])).take(T.LOGIN_RESPONSE)
  bShows(undefined)
  const client = await resume(b, { session_token: String(login?.payload['session_token']), last_seq: 0 })
  expect(client.take().map(({ type }) => type)).toContain(T.RESUMED)
})

test('CLUSTER-119 who is logged in is called and asked into a room from a node that has not heard of the account yet', async () => {
  const { a, b, alice, bShows } = await twoNodes()
  const client = await logInAgain(a, ['rooms'])
  const [bob, carol] = [await b.logIn('bob', ['rooms']), await b.logIn('carol', [])]
  bShows(undefined)
  await bob.send(T.ROOM_JOIN, { room_id: 'voice' })
  await bob.send(T.ROOM_INVITE, { room_id: 'voice', to_user_id: alice.id })
  await settled()
  expect(client.take(T.ROOM_INVITED)).toHaveLength(1)
  await carol.send(T.CALL_REQUEST, { to_user_id: alice.id })
  await settled()
  expect([bob, carol].flatMap(reasons)).toEqual([])
  expect(client.take(T.CALL_NOTIFICATION)).toHaveLength(1)
})
