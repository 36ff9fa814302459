import fc from 'fast-check'
import { T } from '../wire/wire.ts'
import type { Crowd, Signal } from './crowd.ts'

/** Whatever somebody does, with all that it takes. A counterexample prints as the calls that lead to it. */
class Deed implements fc.AsyncCommand<object, Crowd> {
  readonly #text: string
  readonly #act: (crowd: Crowd) => Promise<void>

  constructor(name: string, details: unknown, act: (crowd: Crowd) => Promise<void>) {
    this.#text = `${name}(${fc.stringify(details)})`
    this.#act = act
  }

  check(): boolean {
    return true
  }

  async run(_model: object, crowd: Crowd): Promise<void> {
    await this.#act(crowd)
    await crowd.look()
  }

  toString(): string {
    return this.#text
  }
}

function deed<T>(
  name: string,
  details: fc.Arbitrary<T>,
  act: (crowd: Crowd, details: T) => Promise<void>,
): fc.Arbitrary<Deed> {
  return details.map((one) => new Deed(name, one, (crowd) => act(crowd, one)))
}

// Some do more than others, so that much happens to the same.
const who = fc.oneof(fc.nat({ max: 19 }), fc.constantFrom(0, 1, 2))
const nat = fc.nat({ max: 999 })
const aim = fc.record({ who, call: nat, properly: fc.constantFrom(true, true, true, false) })
const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const sometimes = <A>(some: fc.Arbitrary<A>) => fc.option(some, { nil: undefined, freq: 2 })

/** What a client agrees on; undefined: it says no HELLO. */
export const capabilities = fc.constantFrom(
  undefined,
  undefined,
  [],
  ['resume'],
  ['call_control'],
  ['resume', 'call_control'],
  ['resume', 'call_control'],
  ['resume', 'call_control', 'ice_servers', 'goaway', 'account', 'mind_reading'],
  ['resume', 'call_control', 'account'],
  ['account'],
)

const signal: fc.Arbitrary<Signal> = fc.oneof(
  fc.record({ type: fc.constantFrom(T.SDP_OFFER, T.SDP_ANSWER), content: fc.record({ sdp: text }) }),
  fc.record({
    type: fc.constant(T.ICE_CANDIDATE),
    content: fc.record({
      candidate: text,
      sdp_mid: text,
      sdp_mline_index: fc.nat({ max: 2 ** 32 - 1 }),
    }),
  }),
)

const invitation = fc
  .record({ sdp: sometimes(text), metadata: sometimes(fc.constant({ subject: 'tea', video: true })) })
  .map(({ sdp, metadata }) => {
    return { ...(sdp === undefined ? {} : { sdp }), ...(metadata === undefined ? {} : { metadata }) }
  })

const change = fc.constantFrom(
  { on_hold: true },
  { on_hold: false },
  { audio_muted: true, video_muted: false },
)

const name = fc.constantFrom('late-1', 'late-2', 'user-0', 'user-1', 'bystander', 'with|bar', '')
/** Undefined: the right one. */
const password = fc.constantFrom(undefined, undefined, undefined, 'wrong', 'pw')
const ms = fc.constantFrom(1, 1000, 5000, 10_000, 29_000, 60_000)

const call = deed('call', fc.record({ who, whom: nat, invitation }), (crowd, one) => {
  return crowd.call(one.who, one.whom, one.invitation)
})
const respond = deed(
  'respond',
  fc.record({ aim, accepted: fc.constantFrom(true, true, false), sdp: sometimes(text) }),
  (crowd, one) => crowd.respond(one.aim, one.accepted, one.sdp),
)
const relay = deed(
  'relay',
  fc.record({ aim, signal, forged: nat, astray: fc.constantFrom(false, false, false, true) }),
  (crowd, { signal: sent, ...one }) => crowd.relay(one.aim, { ...sent, ...one }),
)
const drop = deed('drop', who, (crowd, one) => crowd.drop(one))
const comeBack = deed('comeBack', fc.record({ who, missed: fc.constantFrom(0, 1, 3, 100) }), (crowd, one) =>
  crowd.comeBack(one.who, one.missed),
)

const resumeAsBefore = deed(
  'resumeAsBefore',
  fc.record({ who, age: fc.constantFrom(0, 1, 1, 2, 2, 3) }),
  (crowd, one) => crowd.resumeAsBefore(one.who, one.age),
)

/** The likelier ones stand there more often. */
export const deeds: fc.Arbitrary<Deed>[] = [
  ...[call, call, call, call, respond, respond, respond, respond, relay, relay, relay, relay],
  ...[drop, drop, comeBack, comeBack],
  deed('callBack', nat, (crowd, one) => crowd.callBack(one)),
  deed('hangUp', aim, (crowd, one) => crowd.hangUp(one)),
  deed('alert', aim, (crowd, one) => crowd.alert(one)),
  deed('update', fc.record({ aim, change }), (crowd, one) => crowd.update(one.aim, one.change)),
  deed('acknowledge', fc.record({ who, short: fc.constantFrom(0, 0, 1, -1) }), (crowd, one) =>
    crowd.acknowledge(one.who, one.short),
  ),
  deed('register', fc.record({ who, name }), (crowd, one) => crowd.register(one.who, one.name)),
  deed('logIn', fc.record({ who, as: who, password }), (crowd, one) =>
    crowd.logIn(one.who, one.as, one.password),
  ),
  deed('logInAgain', fc.record({ who, password }), (crowd, one) =>
    crowd.logIn(one.who, one.who, one.password),
  ),
  deed('logInElsewhere', fc.record({ who, password }), (crowd, one) =>
    crowd.logInElsewhere(one.who, one.password),
  ),
  deed('logOut', who, (crowd, one) => crowd.logOut(one)),
  deed(
    'changePassword',
    fc.record({ who, password, next: fc.constantFrom('pw', 'new', 'newer') }),
    (crowd, one) => crowd.changePassword(one.who, one.password, one.next),
  ),
  deed(
    'deleteAccount',
    fc.record({ who, password, andReturn: fc.constantFrom(true, true, true, false) }),
    (crowd, one) => crowd.deleteAccount(one.who, one.password, one.andReturn),
  ),
  deed('hello', fc.record({ who, wanted: capabilities }), (crowd, one) =>
    crowd.hello(one.who, one.wanted ?? []),
  ),
  deed('resumeWith', fc.record({ who, which: nat, lastSeq: fc.nat({ max: 4 }) }), (crowd, one) =>
    crowd.resumeWith(one.who, one.which, one.lastSeq),
  ),
  resumeAsBefore,
  resumeAsBefore,
  deed('list', who, (crowd, one) => crowd.list(one)),
  deed('askForIce', who, (crowd, one) => crowd.askForIce(one)),
  deed('pass', ms, (crowd, one) => crowd.pass(one)),
  deed('pass', ms, (crowd, one) => crowd.pass(one)),
]
