import type { Tally } from '../../unit/resumption/model/ledger.ts'
import { createHouse } from '../house/house.ts'
import { resume } from '../house/resuming.ts'
import { type Received, T } from '../wire/wire.ts'
import { checkDevices } from './check-devices.ts'
import { Device } from './device.ts'

const MAX_SESSIONS = 3

const CAPABILITIES = ['resume', 'call_control', 'devices']
const NAMES = ['alice', 'bob', 'carol']

export const deeds = [
  ...(['ring', 'accept', 'decline', 'hang_up', 'move'] as const),
  ...(['drop', 'return', 'log_out', 'log_out_other'] as const),
]

const WORTH_COUNTING: ReadonlySet<number> = new Set([T.HANGUP, T.CALL_MOVED, T.CALL_ACCEPTED])

/** `who`: which device, of those that can do it; `whom`: which of the others. Both count round and round. */
export interface Deed {
  readonly what: (typeof deeds)[number]
  readonly who: number
  readonly whom: number
}

/** Three people with several devices each, some of version 1, and one house. */
export class DevicesWorld {
  readonly #tally: Tally
  #house = createHouse({ maxSessionsPerUser: MAX_SESSIONS })
  #devices: Device[] = []
  #requests = 0

  constructor(tally: Tally) {
    this.#tally = tally
  }

  async open(): Promise<void> {
    for (const who of [0, 0, 1, 1, 2]) await this.logIn(who, true)
    await this.logIn(1, false)
  }

  /** One that is not `resumable` is a client of version 1. */
  async logIn(who: number, resumable: boolean): Promise<void> {
    const name = NAMES[who % NAMES.length] ?? ''
    const capabilities = resumable ? CAPABILITIES : undefined
    this.#devices.push(new Device(name, capabilities, await this.#house.logIn(name, capabilities)))
    await this.#settle([])
  }

  async pass(ms: number): Promise<void> {
    await this.#house.pass(ms)
    await this.#settle([])
  }

  async crash(): Promise<void> {
    this.#house = await this.#house.crash()
    this.#tally.add('crash')
    for (const device of this.#devices) device.lose()
    await this.#settle([])
  }

  /** All of it in the same instant, each by another device. */
  async happen(wanted: readonly Deed[]): Promise<void> {
    const acting = new Set<Device>()
    const done: Done[] = []
    const doing = wanted.map(async (deed) => {
      const able = this.#devices.filter((device) => !acting.has(device) && canDo(device, deed.what))
      const device = able[deed.who % able.length]
      if (device === undefined) return
      acting.add(device)
      this.#tally.add(deed.what)
      await this.#perform(device, deed, done)
    })
    await Promise.all(doing)
    await this.#settle(done)
  }

  /** Whoever is away comes back, and what rings rings out. */
  async close(): Promise<void> {
    for (const device of this.#devices)
      if (canDo(device, 'return')) await this.happen([{ what: 'return', who: 0, whom: 0 }])
    await this.pass(30_001)
  }

  async #perform(device: Device, { what, whom }: Deed, done: Done[]): Promise<void> {
    const { client } = device
    const request_id = `r${(this.#requests += 1)}`
    const rings = { call_id: device.callIn('rings'), request_id }
    switch (what) {
      case 'ring': {
        const others = this.#devices.filter(({ name }) => name !== device.name)
        const to_user_id = others[whom % others.length]?.client.userId
        return client.send(T.CALL_REQUEST, { to_user_id, sdp: 'offer', request_id })
      }
      case 'accept':
      case 'decline':
        done.push({ device, what, request_id, apply: () => device.did(what, rings.call_id) })
        return client.send(T.CALL_RESPONSE, { ...rings, accepted: what === 'accept' })
      case 'hang_up': {
        const call_id = device.callIn('has') ?? rings.call_id
        done.push({ device, what, request_id, apply: () => device.did(what, call_id) })
        return client.send(T.HANGUP, { call_id, request_id })
      }
      case 'move': {
        // One's own call on another device, or any other that there is.
        const calls = this.#devices.filter((one) => one !== device && one.callIn('has') !== undefined)
        const own = calls.filter(({ name }) => name === device.name)
        const from = (own.length > 0 ? own : calls)[whom % Math.max(1, own.length || calls.length)]
        return client.send(T.CALL_MOVE, { call_id: from?.callIn('has') ?? 'none', request_id })
      }
      case 'drop':
        device.drop()
        return client.drop()
      case 'return':
        device.client = await resume(
          this.#house,
          { session_token: client.token, last_seq: device.lastSeq },
          device.capabilities,
        )
        device.isAway = false
        return undefined
      case 'log_out':
        device.isOver = true
        return client.send(T.LOGOUT_REQUEST, { request_id })
      case 'log_out_other': {
        const own = this.#devices.filter((one) => one.name === device.name && !one.isOver)
        const session_id = own[whom % own.length]?.sessionId
        if (session_id === device.sessionId) device.isOver = true
        return client.send(T.DEVICE_LOGOUT, { session_id, request_id })
      }
    }
    what satisfies never
  }

  /** Everybody believes what it was told, and all of it must be true. */
  async #settle(done: readonly Done[]): Promise<void> {
    const told = this.#devices.map((device) => [device, device.client.take()] as const)
    const refused = new Set(told.flatMap(([, messages]) => messages.flatMap(refusal)))
    // Whose session has ended in that instant is not answered any more, and may have been refused.
    const ended = new Set(told.flatMap(([device, messages]) => (messages.some(isEnd) ? device : [])))
    const granted = done.filter(({ device, request_id }) => !refused.has(request_id) && !ended.has(device))
    // After an acceptance much may come, after an end of one's own nothing.
    for (const { what, apply } of granted) if (what === 'accept') apply()
    for (const [device, messages] of told)
      for (const message of messages) {
        device.hear(message)
        if (WORTH_COUNTING.has(message.type))
          this.#tally.add(String(message.payload['reason'] ?? message.type))
      }
    for (const { what, apply } of granted) if (what !== 'accept') apply()
    this.#devices = this.#devices.filter(({ isOver }) => !isOver)
    await checkDevices(this.#house, this.#devices, this.#tally)
  }
}

interface Done {
  readonly device: Device
  readonly what: Deed['what']
  readonly request_id: string
  /** What the one who did it believes, if it was granted. */
  readonly apply: () => void
}

/** An ERROR that answers nothing: the connection is closed. */
const isEnd = ({ type, payload }: Received) => type === T.ERROR && payload['in_reply_to'] === undefined

const refusal = ({ type, payload }: Received) => (type === T.ERROR ? [payload['request_id']] : [])

function canDo(device: Device, what: Deed['what']): boolean {
  const { isAway, capabilities } = device
  if (what === 'return') return isAway
  if (isAway) return false
  if (what === 'accept' || what === 'decline') return device.callIn('rings') !== undefined
  if (what === 'hang_up') return (device.callIn('has') ?? device.callIn('rings')) !== undefined
  return what === 'drop' || what === 'log_out' || capabilities !== undefined
}
