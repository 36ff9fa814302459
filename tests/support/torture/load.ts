import { connectRaw, type RawClient } from '../wire/raw-client.ts'
import { T } from '../wire/wire.ts'
import { PASSWORD, type Victim } from './victim.ts'

interface Load {
  /** How many clients do nothing but register. */
  readonly registering: number
  /** How many log in to accounts that are there, one after another, and out again. */
  readonly loggingIn?: number
}

let names = 0

/** Connects the clients, tells `onBegin` as they set about it, and keeps them busy until the daemon is no more. */
export async function loadUntilDeath(victim: Victim, load: Load, onBegin: () => void): Promise<void> {
  const { registering, loggingIn = 0 } = load
  const { port } = victim.daemon
  const clients = await Promise.all(Array.from({ length: registering + loggingIn }, () => connectRaw(port)))
  const known = [...victim.acknowledged.keys()]
  const work = clients.map((client, i) => {
    if (i < registering) return register(client, victim)
    return logInAgainAndAgain(client, known, Math.floor((i * known.length) / clients.length))
  })
  onBegin()
  await Promise.all(work)
}

/** So many accounts, each acknowledged. */
export async function registerSome(victim: Victim, count: number): Promise<void> {
  const client = await connectRaw(victim.daemon.port)
  for (let i = 0; i < count; i += 1) await registerOne(client, victim)
  await client.close()
}

async function register(client: RawClient, victim: Victim): Promise<void> {
  while (!client.closed) await registerOne(client, victim)
}

async function registerOne(client: RawClient, victim: Victim): Promise<void> {
  const username = `user ${names}`
  names += 1
  victim.unanswered.add(username)
  client.send(T.REGISTER_REQUEST, { username, password_hash: PASSWORD })
  const answer = await unlessClosed(client.next(T.REGISTER_RESPONSE))
  if (answer === undefined) return
  if (answer.payload['success'] !== true) throw new Error(`${username} was refused: ${answer.text}`)
  victim.unanswered.delete(username)
  victim.acknowledged.set(username, String(answer.payload['user_id']))
}

async function logInAgainAndAgain(client: RawClient, names: readonly string[], from: number): Promise<void> {
  for (let i = from; !client.closed; i += 1) {
    client.send(T.LOGIN_REQUEST, { username: names[i % names.length] ?? '', password_hash: PASSWORD })
    await unlessClosed(client.next(T.LOGIN_RESPONSE))
    client.send(T.LOGOUT_REQUEST, {})
    await unlessClosed(client.next(T.LOGOUT_RESPONSE))
  }
}

/** What the client was promised, or nothing where its daemon died first. */
async function unlessClosed<A>(answer: Promise<A>): Promise<A | undefined> {
  try {
    return await answer
  } catch {
    return undefined
  }
}
