import { type Client, connect, type ConnectOptions, RoomRtcError } from 'roomrtc-client'
import { FakeWorld } from './fake-world.ts'

const limits = { heartbeat_interval_ms: 30_000, session_timeout_ms: 60_000, max_outbox_frames: 1000 }
const everything = ['resume', 'call_control', 'ice_servers', 'goaway', 'account']
export const alice = { id: 'a', username: 'alice' }
export const bob = { id: 'b', username: 'bob' }

/** What is promised is done once the microtasks are. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await Promise.resolve()
}

/** Answers HELLO on the present line. */
export async function welcome(world: FakeWorld, capabilities: readonly string[] = everything): Promise<void> {
  world.line.events.opened()
  const { request_id } = world.line.takeOne('HELLO')
  world.line.say('WELCOME', { protocol: 1, server: 'fake', capabilities, limits, request_id })
  await settled()
}

/** Answers a login as alice, and the list that follows. */
export async function letIn(world: FakeWorld, token: string | undefined = 'token 1'): Promise<void> {
  await settled()
  const { request_id } = world.line.takeOne('LOGIN_REQUEST')
  const session = token === '' ? {} : { session_token: token, resume_window_ms: 60_000 }
  world.line.say('LOGIN_RESPONSE', { success: true, user_id: 'a', username: 'alice', ...session, request_id })
  await settled()
  const list = world.line.takeOne('USER_LIST_REQUEST')
  world.line.say('USER_LIST_RESPONSE', { users: listOf('Available'), request_id: list['request_id'] })
  await settled()
}

function listOf(state: string): readonly object[] {
  return [
    { user_id: 'a', username: 'alice', state: 'Available' },
    { user_id: 'b', username: 'bob', state },
  ]
}

/** Answers RESUME on the present line. */
export function resume(world: FakeWorld, more: object = {}): void {
  const { request_id } = world.line.takeOne('RESUME')
  const session = { user_id: 'a', username: 'alice', session_token: 'token 2', resume_window_ms: 60_000 }
  world.line.say('RESUMED', { ...session, replayed: 0, received: 0, call: null, ...more, request_id })
}

/** alice, connected and logged in. */
export async function aliceIn(
  options: ConnectOptions = {},
  capabilities = everything,
): Promise<{ world: FakeWorld; client: Client }> {
  const { world, client } = await connected(options, capabilities)
  const login = client.login({ username: 'alice', password: 'secret' })
  await letIn(world, capabilities.includes('resume') ? 'token 1' : '')
  await login
  return { world, client }
}

export async function connected(
  options: ConnectOptions = {},
  capabilities = everything,
): Promise<{ world: FakeWorld; client: Client }> {
  const world = new FakeWorld()
  const connecting = connect('tcp://fake', { ...options, surroundings: world.surroundings })
  await settled()
  await welcome(world, capabilities)
  return { world, client: await connecting }
}

/** The network breaks. */
export function breakLine(world: FakeWorld): void {
  world.line.events.ended(new RoomRtcError('closed', 'broken'))
}
