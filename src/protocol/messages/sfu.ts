import { z } from 'zod'
import { readable } from '../codec/readable.ts'
import { seq } from '../codec/sequence-field.ts'

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
  SFU_RENEW: {
    code: 0x71,
    about: 'Asks for another subscribing connection in the place of one that has failed',
    needs: 'sfu',
    cost: 5,
    client: readable('SFU_RENEW', z.object({ room_id: z.string().max(64) })),
  },
} as const
