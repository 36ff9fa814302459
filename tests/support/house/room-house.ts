import { expect } from 'vitest'
import type { RoomRules } from '../../../src/application/room/room-rules.ts'
import { configSchema } from '../../../src/config/schema.ts'
import { roomRules } from '../../../src/daemon/settings.ts'
import { parseUserId, type UserId } from '../../../src/domain/ids.ts'
import { T } from '../wire/wire.ts'
import { createHouse, type House, type HouseClient } from './house.ts'
import { ROOM_CAPABILITIES } from './roommate.ts'

export interface RoomHouse {
  readonly house: House
  readonly alice: HouseClient
  readonly bob: HouseClient
  readonly carol: HouseClient
  /** What has come so far is not looked at. */
  readonly silence: () => void
}

/** Three who agreed on rooms. `section`: as it stands in the configuration; `rules`: in the place of what it means. */
export async function createRoomHouse(
  section: object = {},
  rules: Partial<RoomRules> = {},
): Promise<RoomHouse> {
  const house = createHouse({ roomRules: { ...roomRules(configSchema.parse({ rooms: section })), ...rules } })
  const logIn = (name: string) => house.logIn(name, ROOM_CAPABILITIES)
  const [alice, bob, carol] = [await logIn('alice'), await logIn('bob'), await logIn('carol')]
  const silence = () => {
    for (const client of [alice, bob, carol]) client.take()
  }
  silence()
  return { house, alice, bob, carol, silence }
}

/** Those of the client's messages that are not about presence. */
export function heard(client: HouseClient): [number, Readonly<Record<string, unknown>>][] {
  return client.seen().filter(([type]) => type !== T.USER_STATE_UPDATE)
}

export function member(client: HouseClient, name: string, change: object = {}): object {
  return {
    user_id: client.userId,
    username: name,
    nickname: name,
    audio_muted: false,
    video_muted: false,
    state: 'connected',
    ...change,
  }
}

/** What is heard of a request that is refused. */
export function refused(reason: string): unknown {
  return [[T.ERROR, expect.objectContaining({ reason })]]
}

export async function join(client: HouseClient, room_id = 'voice'): Promise<void> {
  await client.send(T.ROOM_JOIN, { room_id })
}

export function idOf({ userId }: HouseClient): UserId {
  const id = parseUserId(userId)
  if (id === undefined) throw new Error('not logged in')
  return id
}
