import type { Client } from 'roomrtc-client'
import type { MemberMedia, RoomMedia } from 'roomrtc-client/media'
import type { Room } from 'roomrtc-client/rooms'
import { loadMedia } from '../bound-media.ts'
import { watchSpeakers } from './speakers.ts'

interface Listener {
  /** Something is to be drawn anew. */
  readonly changed: () => void
  readonly speaking: (ids: ReadonlySet<string>) => void
}

/** The connections to all members, as long as the room is open. */
export async function boundRoom(
  client: Client,
  room: Room,
  own: () => MediaStream | undefined,
  { changed, speaking }: Listener,
): Promise<RoomMedia> {
  const { bindRoom } = await loadMedia()
  const stream = own()
  const media = bindRoom(client, room, { quality: false, ...(stream && { stream }) })
  const follow = (one: MemberMedia | undefined): void => {
    one?.on('state', changed)
  }
  for (const member of room.members) follow(media.of(member))
  media.on('member', (bound) => {
    follow(bound.media)
  })
  media.on('track', changed)
  media.on('gone', changed)
  const unwatch = watchSpeakers(heard, speaking)
  room.on('ended', unwatch)
  if (room.state.name === 'ended') unwatch()
  return media

  function* heard(): Generator<[string, MediaStream]> {
    yield* media.streams
    const mine = own()
    if (mine !== undefined && client.me !== undefined) yield [client.me.id, mine]
  }
}
