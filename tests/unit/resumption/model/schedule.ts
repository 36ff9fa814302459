import fc from 'fast-check'

/** What somebody does. `who` and `to` are places in the list of clients. */
export type Op =
  | Asking
  | { readonly do: 'come back' | 'log in' | 'read'; readonly who: number }
  | { readonly do: 'drop' | 'break'; readonly who: number; readonly prefix: number }

export type Asking =
  | { readonly do: 'call'; readonly who: number; readonly to: number }
  | { readonly do: 'answer'; readonly who: number; readonly accepted: boolean }
  | { readonly do: 'hang up' | 'ack'; readonly who: number }
  | { readonly do: 'signal'; readonly who: number; readonly count: number }
  | { readonly do: 'update'; readonly who: number; readonly change: Readonly<Record<string, boolean>> }

/** What takes the whole world. */
export type Event =
  | { readonly do: 'talk'; readonly who: number; readonly to: number }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'restart'; readonly downMs: number; readonly prefix: number }

/** What happens at one instant, and who looks at its connection afterwards. */
export interface Step {
  readonly happening: readonly Op[] | Event
  readonly readers: readonly number[]
}

const who = fc.constantFrom(0, 1, 0, 1, 2)
const prefix = fc.constantFrom(0, 1, 2, 3, 100)
const change = fc.constantFrom(
  { on_hold: true },
  { on_hold: false },
  { audio_muted: true, video_muted: false },
)

const op: fc.Arbitrary<Op> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('call' as const), who, to: who }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('answer' as const), who, accepted: fc.boolean() }) },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('signal' as const), who, count: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('update' as const), who, change }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('drop' as const, 'break' as const), who, prefix }),
  },
  { weight: 9, arbitrary: fc.record({ do: fc.constantFrom('come back' as const, 'read' as const), who }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('hang up' as const, 'ack' as const, 'log in' as const), who }),
  },
)

const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ do: fc.constant('talk' as const), who, to: who }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.constantFrom(1_000, 29_999, 30_000, 59_999, 60_000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('restart' as const),
      downMs: fc.constantFrom(0, 5_000, 59_999, 60_000),
      prefix,
    }),
  },
)

const step: fc.Arbitrary<Step> = fc.record({
  happening: fc.oneof(
    { weight: 5, arbitrary: fc.uniqueArray(op, { minLength: 1, maxLength: 2, selector: ({ who }) => who }) },
    { weight: 2, arbitrary: event },
  ),
  readers: fc.subarray([0, 1, 2]),
})

export const schedule = fc.array(step, { minLength: 5, maxLength: 60, size: 'max' })
