import type { RoomRules } from '../../../src/application/room/room-rules.ts'
import type { Seat } from '../../../src/application/ports/sfu.ts'
import { parseRoomId, parseSessionId } from '../../../src/domain/ids.ts'
import { configSchema } from '../../../src/config/schema.ts'
import { roomRules } from '../../../src/daemon/settings.ts'
import { createHouse, type House, type HouseClient } from './house.ts'
import { idOf } from './room-house.ts'
import { createSfuRecorder, type SfuRecorder } from './sfu-recorder.ts'

export const SFU_CAPABILITIES = ['resume', 'call_control', 'rooms', 'sfu']

export interface SfuHouse {
  readonly house: House
  readonly sfu: SfuRecorder
  readonly alice: HouseClient
  readonly bob: HouseClient
  /** What has come and was asked so far is not looked at. */
  readonly silence: () => void
}

/** With an SFU: `voice` and whatever members make have mode `sfu`, the permanent room `small` is a mesh. */
export async function createSfuHouse(options: Parameters<typeof createHouse>[0] = {}): Promise<SfuHouse> {
  const sfu = createSfuRecorder()
  const house = createHouse({ roomRules: sfuRules(), sfu, ...options })
  const [alice, bob] = [
    await house.logIn('alice', SFU_CAPABILITIES),
    await house.logIn('bob', SFU_CAPABILITIES),
  ]
  const silence = () => {
    for (const client of [alice, bob]) client.take()
    sfu.asked()
  }
  silence()
  return { house, sfu, alice, bob, silence }
}

export function sfuRules(): RoomRules {
  return roomRules(
    configSchema.parse({
      rooms: { permanent: [{ id: 'small', mode: 'mesh' }] },
      sfu: { urls: ['ws://127.0.0.1:1'], secret: 'of the test' },
    }),
  )
}

/** The one that the client's user has now. */
export function seatOf({ seats }: SfuRecorder, client: HouseClient): Seat {
  const seat = [...seats].find(({ user }) => user === idOf(client))
  if (seat === undefined) throw new Error('it has no seat')
  return seat
}

/** Of a session that is none. */
export function strangeSeat(client: HouseClient): Seat {
  const [room, session] = [parseRoomId('voice'), parseSessionId('nobody')]
  if (room === undefined || session === undefined) throw new Error('these are ids')
  return { room, user: idOf(client), session }
}
