import fc from 'fast-check'

const text = fc.string({ unit: 'grapheme' })
const flag = fc.boolean()
const natural = fc.maxSafeNat()

export const watchRequest = fc.record({
  type: fc.constant('WATCH' as const),
  payload: fc
    .record(
      {
        user_ids: fc.array(fc.string({ minLength: 1, maxLength: 128 }), { maxLength: 5 }),
        room_ids: fc.array(fc.string({ minLength: 1, maxLength: 64 }), { maxLength: 5 }),
        all: flag,
      },
      { requiredKeys: [] },
    )
    .filter(({ user_ids, all }) => all !== true || user_ids === undefined),
})

const watchedRoom = fc.record(
  { room_id: text, name: text, max_members: natural, invite_only: flag, members: natural },
  { requiredKeys: ['room_id', 'members'] },
)

export const watchAnswers = [
  fc.record({
    type: fc.constant('WATCHED' as const),
    payload: fc.record({
      all: flag,
      users: fc.array(
        fc.record(
          {
            user_id: text,
            username: text,
            state: fc.constantFrom('Disconnected' as const, 'Available' as const, 'Busy' as const),
          },
          { requiredKeys: ['user_id', 'state'] },
        ),
        { maxLength: 3 },
      ),
      rooms: fc.array(watchedRoom, { maxLength: 3 }),
    }),
  }),
  fc.record({ type: fc.constant('WATCHED_ROOM' as const), payload: watchedRoom }),
]
