import type { User } from '../../../src/domain/user.ts'
import { randomIds } from '../../../src/infrastructure/system/random-ids.ts'
import type { Registry } from '../../../src/session/registry.ts'
import { Session } from '../../../src/session/session.ts'
import { takeFrames } from '../wire/wire.ts'

/** What a listener was told, in order: pairs of user and state. */
export interface Listener {
  readonly session: Session
  readonly told: [string, string][]
  writes: number
}

/** One without a connection. */
export function sessionOf(who: User): Session {
  const device = { client: '', transport: 'tcp', since: 0 }
  return new Session({ id: randomIds.session(), user: who, device }, new Set(), undefined)
}

/** A session that notes what it is told of presence, with nothing in between. */
export function listen(registry: Registry, who: User): Listener {
  const session = sessionOf(who)
  const listener: Listener = { session, told: [], writes: 0 }
  session.endpoint = {
    ...({ id: 0, transport: 'tcp', address: '192.0.2.1', client: '' } as const),
    capabilities: new Set(),
    negotiate: () => undefined,
    send: () => undefined,
    sendFrame: () => undefined,
    sendFrames: () => undefined,
    passOn: () => undefined,
    tellPresence({ batch }, own) {
      const pieces = batch.joined(own)
      listener.writes += pieces.length
      for (const { payload } of takeFrames(Buffer.concat(pieces)).frames)
        listener.told.push([String(payload['user_id']), String(payload['state'])])
    },
    tellRoom: () => undefined,
    fail: () => undefined,
    bind: () => undefined,
  }
  registry.add(session)
  return listener
}
