import { connectRaw, logIn } from '../../support/wire/raw-client.ts'
import type { Received } from '../../support/wire/wire.ts'
import type { Bystanders } from './bystanders.ts'
import { HostileClient } from './hostile-client.ts'
import { attackInSession } from './mutated-session.ts'
import { Player } from './player.ts'
import { Random } from '../input/random.ts'
import { STRANGER } from '../input/requests.ts'
import { attackAsStranger } from './stranger.ts'
import type { Verdict } from '../violation.ts'

/** How many attack at a time, from outside any session, and as pairs inside. */
const STRANGERS = 16
const PAIRS = 32

/** Of so many connections what they sent is kept, for a fault that cannot be laid to one. */
const SUSPECTS = 64

interface Attack {
  readonly port: number
  readonly seed: number
  readonly pair: Bystanders['names']
  readonly limits: { readonly max_frame_bytes: number; readonly max_frame_bytes_before_login: number }
  readonly verdict: Verdict
  /** Frames to send from outside and from inside sessions. */
  readonly wanted: { readonly outside: number; readonly inside: number }
  readonly goesOn: () => boolean
  /** Awaited after each connection from outside, and after each session. */
  readonly pause: () => Promise<void>
}

/** All who attack one daemon. */
export class Attackers {
  /** Frames that they have sent. */
  readonly sent = { outside: 0, inside: 0, connections: 0 }
  /** Messages that they got, by type. */
  readonly got = new Map<number, number>()
  readonly #attack: Attack
  readonly #recent: HostileClient[] = []

  constructor(attack: Attack) {
    this.#attack = attack
  }

  /** What was sent last, by whoever it was. */
  get suspicious(): Buffer[] {
    return this.#recent.map(({ sent }) => sent)
  }

  /** Resolves when all is sent, or when it is not to go on. */
  async run(): Promise<void> {
    const { verdict } = this.#attack
    const lanes = [
      ...Array.from({ length: STRANGERS }, (_, lane) => this.#strangers(lane)),
      ...Array.from({ length: PAIRS }, (_, lane) => this.#pairs(lane)),
    ]
    await Promise.all(
      lanes.map((lane) =>
        lane.catch((error: unknown) => {
          verdict.report(error)
        }),
      ),
    )
  }

  /** Of the strangers, number n does what the seed and n decide. */
  async #strangers(lane: number): Promise<void> {
    const { seed, pair, limits, wanted, goesOn, pause } = this.#attack
    const cast = { ...STRANGER, callId: pair.callId, ownId: pair.callerId, peerId: pair.calleeId }
    for (let number = lane; this.sent.outside < wanted.outside && goesOn(); number += STRANGERS) {
      const client = await this.#connect(`stranger ${number}`)
      const random = new Random(seed, 0, number)
      await attackAsStranger({ client, random, cast, limit: limits.max_frame_bytes_before_login })
      this.sent.outside += client.frames
      await pause()
    }
  }

  /** Session n does what the seed and n decide, but for ids and tokens, which the daemon makes. */
  async #pairs(lane: number): Promise<void> {
    const { seed, pair, limits, wanted, goesOn, pause } = this.#attack
    if (wanted.inside === 0) return
    const players = await this.#enrol(lane)
    for (let number = lane; this.sent.inside < wanted.inside && goesOn(); number += PAIRS) {
      await attackInSession({
        players,
        pair,
        path: [seed, 1, number],
        limit: limits.max_frame_bytes,
        connect: (player) =>
          player.connect((heard) => this.#connect(`session ${number}, ${player.account.username}`, heard)),
        sentInside: (frames) => {
          this.sent.inside += frames
        },
      })
      await pause()
    }
  }

  async #enrol(lane: number): Promise<[Player, Player]> {
    const accounts = []
    for (const letter of ['a', 'b']) {
      const [username, password] = [`player ${lane} ${letter}`, `secret of player ${lane} ${letter}`]
      const client = await connectRaw(this.#attack.port)
      accounts.push({ username, password, userId: await logIn(client, username, password) })
      await client.close()
    }
    const [a, b] = accounts
    if (a === undefined || b === undefined) throw new Error('a pair are two')
    const players: [Player, Player] = [new Player(a, () => players[1]), new Player(b, () => players[0])]
    return players
  }

  async #connect(label: string, heard?: (received: Received) => void): Promise<HostileClient> {
    const { port, verdict } = this.#attack
    const client = await HostileClient.connect(port, {
      label,
      heard: (received) => {
        this.got.set(received.type, (this.got.get(received.type) ?? 0) + 1)
        heard?.(received)
      },
      report: (violation) => {
        verdict.report(violation)
      },
    })
    this.sent.connections += 1
    this.#recent.push(client)
    if (this.#recent.length > SUSPECTS) this.#recent.shift()
    return client
  }
}
