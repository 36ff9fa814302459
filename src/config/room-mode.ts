import type { Config } from './schema.ts'

/** `sfu`, where the room's media go through a server; `room`: what is said of one room, or of all that members make. */
export function modeOf(
  { rooms, sfu }: Pick<Config, 'rooms' | 'sfu'>,
  room: { readonly mode?: 'mesh' | 'sfu' | undefined; readonly max_members?: number | undefined },
): 'sfu' | undefined {
  const { mode, max_members = rooms.max_members } = room
  const isSfu = mode === undefined ? max_members > rooms.mesh_max_members : mode === 'sfu'
  return isSfu && sfu.urls.length > 0 ? 'sfu' : undefined
}
