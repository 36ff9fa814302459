import type { LiveCall } from '../../../../src/domain/call.ts'
import type { House } from '../../../support/house/house.ts'

interface Picture {
  readonly calls: readonly LiveCall[]
  readonly rooms: readonly { readonly id: string; readonly members: readonly string[] }[]
  readonly online: ReadonlyMap<string, string>
}

/** What a node knows, in an order by which nodes can be compared. */
export async function pictureOf({ ports }: House): Promise<Picture> {
  const calls = (await ports.calls.list()).toSorted((a, b) => a.id.localeCompare(b.id))
  const rooms = (await ports.rooms.list())
    .map(({ id, members }) => ({ id, members: members.map(({ user }) => user.id) }))
    .toSorted((a, b) => a.id.localeCompare(b.id))
  const online = new Map<string, string>()
  for (const { user, state } of (await ports.presence.list()).values()) online.set(user.id, state)
  return { calls, rooms, online: new Map([...online].toSorted()) }
}
