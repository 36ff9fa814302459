import { describe, expect, test } from 'vitest'
import type { Agreed } from '../../support/house/duo.ts'
import { createHouse, type House, type HouseClient } from '../../support/house/house.ts'
import { comeBack, resume } from '../../support/house/resuming.ts'
import { checkUnnegotiated, type Received, T } from '../../support/wire/wire.ts'

const ALL = ['resume', 'call_control', 'ice_servers', 'goaway', 'account']
const TTL_MS = 1000

const credentials = (username: string) => ({ username, password_hash: 'pw' })
const call = (to: HouseClient) => ({ to_user_id: to.userId, sdp: 'v=0 offer', metadata: { subject: 'tea' } })

/** Vera, with what she agreed on or as a client of v1, and Ned, who makes use of everything that there is. */
class Story {
  readonly #house: House
  readonly #vera: HouseClient
  readonly #heard: Received[] = []
  #ned: HouseClient
  #nedsSeq = 0

  private constructor(house: House, vera: HouseClient, ned: HouseClient) {
    this.#house = house
    this.#vera = vera
    this.#ned = ned
  }

  /** All that Vera is ever told. */
  static async tell(capabilities: Agreed): Promise<readonly Received[]> {
    const turnServers = [{ url: 'turn:turn.example.org', secret: 'north' }]
    const house = createHouse({ ice: { turnServers, ttlSecs: TTL_MS / 1000 } })
    const story = new Story(house, house.connect(), await house.logIn('ned', ALL))
    await story.#begin(capabilities)
    await story.#refused()
    await story.#veraCalls()
    await story.#nedCalls()
    await story.#bothCall()
    await story.#nobodyAnswers()
    await story.#nedIsLost()
    await story.#end()
    return story.#heard
  }

  async #begin(capabilities: Agreed): Promise<void> {
    if (capabilities !== undefined) await this.#vera.hello(capabilities)
    await this.#vera.send(T.RESUME, { session_token: 'x', last_seq: 0 })
    await this.#vera.send(T.REGISTER_REQUEST, credentials('vera'))
    await this.#vera.send(T.LOGIN_REQUEST, credentials('nobody'))
    await this.#vera.send(T.LOGIN_REQUEST, credentials('vera'))
    this.#listen()
    this.#vera.userId = String(this.#last(T.LOGIN_RESPONSE)['user_id'])
    await this.#vera.send(T.USER_LIST_REQUEST, { request_id: 'u' })
  }

  async #refused(): Promise<void> {
    await this.#vera.send(T.CALL_REQUEST, call(this.#vera))
    await this.#vera.send(T.CALL_UPDATE, { call_id: 'c', on_hold: true })
    await this.#vera.send(T.HANGUP, { call_id: 'c' })
    await this.#vera.send(T.CHANGE_PASSWORD, { password_hash: 'pw', new_password_hash: 'pw' })
  }

  async #veraCalls(): Promise<void> {
    await this.#vera.send(T.CALL_REQUEST, call(this.#ned))
    const call_id = this.#ring()
    await this.#ned.send(T.CALL_ALERTING, { call_id })
    await this.#ned.send(T.CALL_RESPONSE, { call_id, accepted: true, sdp: 'v=0 answer' })
    await this.#signal(call_id)
    await this.#ned.drop()
    await this.#house.pass(TTL_MS)
    await this.#nedIsBack()
    await this.#signal(call_id)
    await this.#ned.send(T.HANGUP, { call_id })
    await this.#vera.send(T.CALL_REQUEST, call(this.#ned))
    await this.#ned.send(T.CALL_RESPONSE, { call_id: this.#ring(), accepted: false })
    await this.#vera.send(T.CALL_REQUEST, call(this.#ned))
    await this.#ned.send(T.LOGOUT_REQUEST, {})
    await this.#ned.send(T.LOGIN_REQUEST, credentials('ned'))
    this.#nedsSeq = 0
  }

  async #nedCalls(): Promise<void> {
    await this.#ned.send(T.CALL_REQUEST, call(this.#vera))
    const call_id = this.#rung()
    await this.#vera.send(T.CALL_RESPONSE, { call_id, accepted: true, sdp: 'v=0 answer' })
    await this.#signal(call_id)
    await this.#vera.send(T.HANGUP, { call_id })
    await this.#ned.send(T.CALL_REQUEST, call(this.#vera))
    await this.#vera.send(T.CALL_RESPONSE, { call_id: this.#rung(), accepted: false })
    await this.#ned.send(T.CALL_REQUEST, call(this.#vera))
    await this.#ned.send(T.HANGUP, { call_id: this.#rung() })
  }

  async #bothCall(): Promise<void> {
    await this.#vera.send(T.CALL_REQUEST, call(this.#ned))
    const first = this.#ring()
    await this.#ned.send(T.CALL_REQUEST, call(this.#vera))
    await this.#ned.send(T.HANGUP, { call_id: first })
    await this.#ned.send(T.CALL_REQUEST, call(this.#vera))
    const second = this.#rung()
    await this.#vera.send(T.CALL_REQUEST, call(this.#ned))
    await this.#ned.send(T.HANGUP, { call_id: second })
  }

  async #nobodyAnswers(): Promise<void> {
    await this.#vera.send(T.CALL_REQUEST, call(this.#ned))
    await this.#house.pass(30_000)
    await this.#ned.send(T.CALL_REQUEST, call(this.#vera))
    await this.#house.pass(30_000)
  }

  async #nedIsLost(): Promise<void> {
    await this.#vera.send(T.CALL_REQUEST, call(this.#ned))
    await this.#ned.send(T.CALL_RESPONSE, { call_id: this.#ring(), accepted: true })
    await this.#ned.drop()
    await this.#house.pass(30_000)
    await this.#vera.send(T.HEARTBEAT, { timestamp: 1, ack: 0 })
    await this.#house.pass(30_000)
  }

  async #end(): Promise<void> {
    this.#ned = await this.#house.logIn('ned', ALL)
    await this.#vera.send(T.CALL_REQUEST, call(this.#ned))
    await this.#house.restart()
    this.#listen()
  }

  /** Both send whatever an active call allows, and Ned holds and mutes. */
  async #signal(call_id: string): Promise<void> {
    const [vera, ned] = [this.#vera, this.#ned]
    for (const [from, to] of [
      [vera, ned],
      [ned, vera],
    ] as const) {
      const addressed = { call_id, to_user_id: to.userId }
      await from.send(T.SDP_OFFER, { ...addressed, sdp: 'v=0' })
      await from.send(T.SDP_ANSWER, { ...addressed, sdp: 'v=0' })
      await from.send(T.ICE_CANDIDATE, { ...addressed, candidate: '', sdp_mid: '0', sdp_mline_index: 0 })
    }
    await ned.send(T.CALL_UPDATE, { call_id, on_hold: true, audio_muted: true, video_muted: true })
    await this.#house.pass(TTL_MS)
    await ned.send(T.CALL_UPDATE, { call_id, on_hold: false })
  }

  async #nedIsBack(): Promise<void> {
    const { client, after, missed } = await comeBack(this.#house, this.#ned, this.#nedsSeq)
    expect([...missed, ...after].map(({ type }) => type)).toContain(T.USER_LIST_RESPONSE)
    const ghost = await resume(this.#house, { session_token: 'x'.repeat(43), last_seq: 0 })
    await ghost.drop()
    this.#ned = client
  }

  /** The id of the call by which Ned is being rung. */
  #ring(): string {
    const got = this.#ned.take()
    this.#nedsSeq = Math.max(this.#nedsSeq, ...got.map(({ payload }) => Number(payload['seq'] ?? 0)))
    return String(got.findLast(({ type }) => type === T.CALL_NOTIFICATION)?.payload['call_id'])
  }

  #rung(): string {
    this.#listen()
    return String(this.#last(T.CALL_NOTIFICATION)['call_id'])
  }

  #listen(): void {
    this.#heard.push(...this.#vera.take())
  }

  #last(type: number): Received['payload'] {
    return this.#heard.findLast((received) => received.type === type)?.payload ?? {}
  }
}

/** Of each type the kinds of messages that came, as the names of their fields. */
function kinds(received: readonly Received[]): Record<string, string[]> {
  const found: Record<string, string[]> = {}
  for (const [name, code] of Object.entries(T)) {
    const fields = received.flatMap(({ type, payload }) =>
      type === code ? [Object.keys(payload).join(' ')] : [],
    )
    if (fields.length > 0) found[name] = [...new Set(fields)].toSorted()
  }
  return found
}

const SIGNAL = 'call_id from_user_id to_user_id'
const PEER = 'call_id peer_user_id peer_username'

const OF_V1 = {
  LOGIN_RESPONSE: ['success error reason', 'success user_id username'],
  REGISTER_RESPONSE: ['success user_id username'],
  USER_LIST_RESPONSE: ['users request_id'],
  USER_STATE_UPDATE: ['user_id username state'],
  CALL_NOTIFICATION: ['call_id from_user_id from_username'],
  CALL_ACCEPTED: [PEER],
  CALL_DECLINED: [`${PEER} reason`],
  SDP_OFFER: [`${SIGNAL} sdp`],
  SDP_ANSWER: [`${SIGNAL} sdp`],
  ICE_CANDIDATE: [`${SIGNAL} candidate sdp_mid sdp_mline_index`],
  HANGUP: ['call_id reason'],
  HEARTBEAT: ['timestamp'],
  ERROR: ['code message reason', 'code message reason in_reply_to'],
}

const OF_RESUME = {
  ...OF_V1,
  LOGIN_RESPONSE: ['success error reason', 'success user_id username session_token resume_window_ms'],
  CALL_NOTIFICATION: ['call_id from_user_id from_username seq'],
  CALL_ACCEPTED: [`${PEER} seq`],
  CALL_DECLINED: [`${PEER} reason seq`],
  SDP_OFFER: [`${SIGNAL} sdp seq`],
  SDP_ANSWER: [`${SIGNAL} sdp seq`],
  ICE_CANDIDATE: [`${SIGNAL} candidate sdp_mid sdp_mline_index seq`],
  HANGUP: ['call_id reason from_user_id from_username seq', 'call_id reason seq'],
  ERROR: ['code message reason', 'code message reason in_reply_to', 'code message reason in_reply_to seq'],
  WELCOME: ['protocol server capabilities limits'],
  RESUME_REFUSED: ['reason'],
  PEER_STATE: ['call_id state seq'],
}

const OF_CALL_CONTROL = {
  ...OF_V1,
  CALL_NOTIFICATION: ['call_id from_user_id from_username sdp metadata'],
  CALL_ACCEPTED: [`${PEER} role`, `${PEER} role sdp`],
  CALL_DECLINED: [`${PEER} reason duration_ms`],
  HANGUP: ['call_id reason duration_ms'],
  WELCOME: ['protocol server capabilities limits'],
  RINGING: [`${PEER} expires_in_ms`, `${PEER} expires_in_ms alerting`],
  CALL_UPDATE: ['call_id from_user_id on_hold', 'call_id from_user_id on_hold audio_muted video_muted'],
}

const ICE = 'ice_servers ttl_secs gathering_timeout_ms connection_timeout_ms rtp_port_range'

describe('HELLO-5 a client in calls with a peer that makes use of everything', () => {
  test('and that says no HELLO is sent exactly what v1 has', async () => {
    const heard = await Story.tell(undefined)
    expect(kinds(heard)).toEqual(OF_V1)
    expect(heard.length).toBeGreaterThan(50)
  })

  test.each([
    ['nothing', [], { ...OF_V1, WELCOME: OF_RESUME.WELCOME }],
    ['resume', ['resume'], OF_RESUME],
    ['call_control', ['call_control'], OF_CALL_CONTROL],
    [
      'account',
      ['account'],
      {
        ...OF_V1,
        LOGIN_RESPONSE: ['success error reason', 'success user_id username do_not_disturb'],
        WELCOME: OF_RESUME.WELCOME,
        PASSWORD_CHANGED: [''],
      },
    ],
    ['ice_servers', ['ice_servers'], { ...OF_V1, WELCOME: OF_RESUME.WELCOME, ICE_SERVERS: [ICE] }],
    [
      'goaway',
      ['goaway'],
      {
        ...OF_V1,
        ERROR: ['code message reason in_reply_to'],
        WELCOME: OF_RESUME.WELCOME,
        GOAWAY: ['reason reconnect_after_ms'],
      },
    ],
  ])(
    'and that agreed on %s alone is sent what belongs to that and nothing else',
    async (_what, agreed, all) => {
      expect(kinds(await Story.tell(agreed))).toEqual(all)
    },
  )

  test('what this suite holds every client without HELLO to would notice whatever is not of v1', () => {
    const received = (type: number, payload: object): Received => ({
      type,
      text: JSON.stringify(payload),
      payload: { ...payload },
    })
    checkUnnegotiated(received(T.HANGUP, { call_id: 'c', reason: 'hangup' }))
    for (const field of ['seq', 'duration_ms', 'role', 'sdp', 'metadata', 'session_token']) {
      expect(() => {
        checkUnnegotiated(received(T.HANGUP, { call_id: 'c', [field]: 1 }))
      }).toThrow('has not said HELLO')
    }
    for (const type of [T.RINGING, T.WELCOME, T.GOAWAY, T.PEER_STATE, T.ICE_SERVERS]) {
      expect(() => {
        checkUnnegotiated(received(type, {}))
      }).toThrow('has not said HELLO')
    }
  })
})
