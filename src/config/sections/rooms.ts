import { z } from 'zod'
import { milliseconds } from '../timer-range.ts'

const maxMembers = z.int().min(2).max(1000)

const permanentRoom = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,32}$/)
    .meta({ allowed: '1 to 32 letters, digits, _ and -' })
    .describe('What clients join, without the label of server.name.'),
  name: z.string().min(1).max(64).optional().describe('For people to read; the id where it is absent.'),
  max_members: maxMembers.optional().describe('In place of rooms.max_members.'),
  mode: z
    .enum(['mesh', 'sfu'])
    .optional()
    .describe(
      'How media go: `mesh` from each member to each other, `sfu` through a server of sfu.urls. Where it is absent, rooms.mesh_max_members decides.',
    ),
  invite_only: z.boolean().default(false).describe('Only who is invited by a member may enter.'),
})

export const roomsSection = z.strictObject({
  max_members: maxMembers
    .default(10)
    .describe(
      'How many may be in one room. In a mesh each sends its media to each other one: above 12 few can.',
    ),
  mesh_max_members: maxMembers
    .default(6)
    .describe(
      'Rooms for more members than this have mode `sfu`, where sfu.urls names a server for them. Without one every room is a mesh.',
    ),
  max_rooms: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(10_000)
    .describe('How many rooms there may be. Nobody can make another one beyond it.'),
  create: z
    .enum(['anyone', 'nobody'])
    .default('anyone')
    .describe(
      'Who may make a room by entering it. With `nobody` there are only the rooms of rooms.permanent.',
    ),
  permanent: z
    .array(permanentRoom)
    .max(1000)
    .refine((rooms) => new Set(rooms.map(({ id }) => id)).size === rooms.length, {
      error: 'two rooms have the same id; keep one of them',
    })
    .default([])
    .describe('Rooms that are there whether or not anybody is in them.'),
  cleanup_delay_ms: milliseconds(0)
    .default(0)
    .describe('How long a room stays in which nobody is, with the user who made it.'),
})
