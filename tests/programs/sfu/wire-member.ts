import { SFU_CAPABILITIES } from '../../support/house/sfu-house.ts'
import { connectRaw, type RawClient } from '../../support/wire/raw-client.ts'
import { type Received, T } from '../../support/wire/wire.ts'
import { type Peer, spawnPeer } from './spawned-peer.ts'

/** A member as a client author would write it from docs/protocol/sfu.md: frames over TCP, and media by a process of its own. */
export interface WireMember {
  readonly peer: Peer
  /** The states of the SFU that it was told, in order. */
  readonly states: readonly string[]
  /** By which connection others are connected to voice, by name. */
  readonly voices: ReadonlyMap<string, string>
  /** Who speaks now, in the order of the names. */
  readonly speaking: readonly string[]
  /** Sends this, with the room's id. */
  ask(type: number, payload: object): void
  /** Its connection breaks, and it goes on with its session by another one. */
  comeBack(port: number): Promise<void>
  /** Its connection breaks. */
  drop(): Promise<void>
}

/** `names`: of the members by user id, to which this one is added. */
export async function enterByWire(
  ends: (() => unknown)[],
  port: number,
  room: string,
  { name, names }: { readonly name: string; readonly names: Map<string, string> },
): Promise<WireMember> {
  const states: string[] = []
  const voices = new Map<string, string>()
  let speaking: readonly string[] = []
  /** What the server counts. */
  const sent: [number, object][] = []
  let lastSeq = 0
  let client: RawClient | undefined = await connect(port)
  const peer = spawnPeer(ends, ({ connection, ...signal }) => {
    const to = { call_id: room, to_user_id: 'sfu', connection }
    if (signal.kind === 'candidate') {
      const { candidate, sdpMid: sdp_mid, sdpMlineIndex: sdp_mline_index } = signal
      send(T.ICE_CANDIDATE, { ...to, candidate, sdp_mid, sdp_mline_index })
    } else send(signal.kind === 'offer' ? T.SDP_OFFER : T.SDP_ANSWER, { ...to, sdp: signal.sdp })
  })
  client.send(T.REGISTER_REQUEST, { username: name, password_hash: 'pw' })
  client.send(T.LOGIN_REQUEST, { username: name, password_hash: 'pw' })
  const login = (await client.next(T.LOGIN_RESPONSE)).payload
  names.set(String(login['user_id']), name)
  let token = String(login['session_token'])
  client.divert(hear)
  send(T.ROOM_JOIN, { room_id: room })

  return {
    peer,
    states,
    voices,
    get speaking() {
      return speaking
    },
    ask(type, payload) {
      client?.send(type, { room_id: room, ...payload })
    },
    async drop() {
      await client?.close()
      client = undefined
    },
    async comeBack(at) {
      await client?.close()
      const next = await connect(at)
      next.send(T.RESUME, { session_token: token, last_seq: lastSeq })
      const { payload } = await next.next(T.RESUMED)
      token = String(payload['session_token'])
      for (const [type, message] of sent.slice(Number(payload['received']))) next.send(type, message)
      next.divert(hear)
      client = next
    },
  }

  async function connect(at: number): Promise<RawClient> {
    const fresh = await connectRaw(at)
    ends.push(() => fresh.close())
    fresh.send(T.HELLO, { protocol: 1, client: 'test', capabilities: SFU_CAPABILITIES })
    await fresh.next(T.WELCOME)
    return fresh
  }

  function nameOf(id: unknown): string {
    return names.get(String(id)) ?? String(id)
  }

  function send(type: number, payload: object): void {
    sent.push([type, payload])
    client?.send(type, payload)
  }

  function hear({ type, payload }: Received): void {
    lastSeq = Math.max(lastSeq, Number(payload['seq'] ?? 0))
    if (type === T.ROOM_JOINED) peer.start()
    if (type === T.SFU_STATE) states.push(String(payload['state']))
    if (type === T.ROOM_MEMBER) {
      const { user_id, stream_id } = Object(payload['member'])
      voices.set(nameOf(user_id), String(stream_id))
    }
    if (type === T.SFU_SPEAKING) speaking = Object(payload['user_ids']).map(nameOf).toSorted()
    const news = newsOf(type, payload, names)
    if (news !== undefined) peer.hear(news)
  }
}

function newsOf(
  type: number,
  payload: Received['payload'],
  names: ReadonlyMap<string, string>,
): object | undefined {
  const connection = String(payload['connection'])
  const sdp = String(payload['sdp'])
  switch (type) {
    case T.SDP_ANSWER:
      return { kind: 'answer', connection, sdp }
    case T.SDP_OFFER: {
      const { streams } = payload
      const all = Array.isArray(streams) ? streams.map(Object) : []
      return {
        ...{ kind: 'offer', connection, sdp },
        streams: all.map(({ mid, user_id, kind }) => ({ mid, user: names.get(user_id) ?? user_id, kind })),
      }
    }
    case T.ICE_CANDIDATE: {
      const { candidate, sdp_mid, sdp_mline_index } = payload
      return {
        ...{ kind: 'candidate', connection, candidate: String(candidate) },
        ...{ sdpMid: String(sdp_mid), sdpMlineIndex: Number(sdp_mline_index) },
      }
    }
    case T.SFU_STATE:
      return { kind: payload['state'] === 'lost' ? 'lost' : 'ready' }
    default:
      return undefined
  }
}
