import { z } from 'zod'
import { readable } from '../codec/readable.ts'
import { seq } from '../codec/sequence-field.ts'

const roomId = z.string().max(64)
const kind = z.enum(['audio', 'video'])
/** 0 is the smallest. */
const layer = z.int().min(0).max(2).optional()

export const sfuMessages = {
  SFU_STATE: {
    code: 0x70,
    about: 'The media server of the room is gone, or there again: what was negotiated with it is void',
    needs: 'sfu',
    sequenced: true,
    server: readable('SFU_STATE', z.object({ room_id: z.string(), state: z.enum(['lost', 'ready']), seq })),
  },
  SFU_SPEAKING: {
    code: 0x72,
    about: 'Who in the room speaks at the moment',
    needs: 'sfu',
    server: readable('SFU_SPEAKING', z.object({ room_id: z.string(), user_ids: z.array(z.string()) })),
  },
  SFU_MUTE: {
    code: 0x73,
    about: 'Who made the room has media of a member not passed on, or passed on again',
    needs: 'sfu',
    client: readable(
      'SFU_MUTE',
      z.object({ room_id: roomId, user_id: z.string(), kind, muted: z.boolean() }),
    ),
  },
  SFU_MUTED: {
    code: 0x74,
    about: 'Tells a member that its media are not passed on, or are again',
    needs: 'sfu',
    sequenced: true,
    server: readable('SFU_MUTED', z.object({ room_id: z.string(), kind, muted: z.boolean(), seq })),
  },
  SFU_LAYERS: {
    code: 0x75,
    about: 'Asks for a smaller or larger picture, or for fewer or more frames, of one that is sent in layers',
    needs: 'sfu',
    client: readable(
      'SFU_LAYERS',
      z
        .object({
          room_id: roomId,
          connection: z.string().min(1).max(64),
          mid: z.string().min(1).max(64),
          substream: layer,
          temporal: layer,
        })
        .refine(({ substream, temporal }) => substream !== undefined || temporal !== undefined, {
          path: ['substream'],
          error: 'expected at least one of substream and temporal',
        }),
    ),
  },
  SFU_RENEW: {
    code: 0x71,
    about: 'Asks for another subscribing connection in the place of one that has failed',
    needs: 'sfu',
    cost: 5,
    client: readable('SFU_RENEW', z.object({ room_id: roomId })),
  },
} as const
