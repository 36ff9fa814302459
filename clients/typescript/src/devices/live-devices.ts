import type { Ask } from '../ask.ts'
import type { Call } from '../call/call.ts'
import { unknown } from '../call/room-call.ts'
import { sideOf } from '../call/wire-side.ts'
import type { Host, Part } from '../client/part.ts'
import { RoomRtcError } from '../error.ts'
import { refusal, requestId, withId } from '../link/requests.ts'
import type { Settle } from '../wait.ts'
import type { ServerMessage, ServerPayloads } from '../wire/server-messages.ts'
import { deviceShapes } from '../wire/device-shapes.ts'
import { learn } from '../wire/read-message.ts'
import type { Device, Devices } from './devices.ts'

/** With what the ids of its messages begin. */
const OWN = 'd'

/** What is asked of the devices, and the call that is taken from one. */
export class LiveDevices implements Devices, Part {
  readonly #host: Host
  /** Who waits for a call, by the id of the message. */
  readonly #takes = new Map<string, Settle<Call>>()
  #count = 0

  constructor(host: Host) {
    learn(deviceShapes)
    this.#host = host
  }

  list(options?: Ask): Promise<readonly Device[]> {
    return this.#ask({ what: 'list', message: { type: 'DEVICES_REQUEST', payload: {} } }, options)
  }

  logOut(device: Device | string, options?: Ask): Promise<readonly Device[]> {
    const session_id = typeof device === 'string' ? device : device.id
    return this.#ask({ what: 'logOut', message: { type: 'DEVICE_LOGOUT', payload: { session_id } } }, options)
  }

  takeCall(callId: string, options?: Ask): Promise<Call> {
    return this.#host.asker.wait<Call>('takeCall', options, (settle) => {
      const id = `${OWN}${(this.#count += 1)}`
      const lacking = this.#lacking()
      const message = withId({ type: 'CALL_MOVE', payload: { call_id: callId } }, id)
      if (lacking !== undefined) settle.reject(lacking)
      else if (this.#host.send(message)) this.#takes.set(id, settle)
      else settle.reject(new RoomRtcError('closed', 'there is no connection'))
      return () => {
        this.#takes.delete(id)
      }
    })
  }

  take(message: ServerMessage): boolean {
    const { type, payload } = message
    if (type === 'CALL_MOVED') this.#moved(payload, requestId(message) ?? '')
    else if (type === 'ERROR') return this.#refused(payload, requestId(message))
    else return false
    return true
  }

  end(reason: string): void {
    for (const { reject } of [...this.#takes.values()])
      reject(new RoomRtcError('closed', `the session is over: ${reason}`, { reason }))
    this.#takes.clear()
  }

  #moved(told: ServerPayloads['CALL_MOVED'], id: string): void {
    const { call_id, role, peer_user_id, peer_username, own } = told
    const peer = { id: peer_user_id, username: peer_username }
    const calls = this.#host.calls()
    // The server knows of no other call.
    calls.current?.end('lost')
    const call = calls.make({ ...unknown, id: call_id, role, peer })
    call.offersFirst = true
    call.hold(own.on_hold)
    call.mute({ audio: own.audio_muted, video: own.video_muted })
    call.peerChanged(sideOf(told.peer))
    call.peerIsAway(told.peer_state === 'reconnecting')
    call.lasted(told.duration_ms)
    calls.follow(call)
    call.becameActive()
    const settle = this.#takes.get(id)
    // Nobody waits for it any more, and it is nowhere else.
    if (settle === undefined) call.hangup()
    else settle.resolve(call)
  }

  /** False where it is about something else. */
  #refused(error: ServerPayloads['ERROR'], id = ''): boolean {
    this.#takes.get(id)?.reject(refusal(error))
    return id.startsWith(OWN)
  }

  #ask(
    question: Pick<Parameters<Host['asker']['ask']>[0], 'what' | 'message'>,
    options: Ask | undefined,
  ): Promise<readonly Device[]> {
    const lacking = this.#lacking()
    if (lacking !== undefined) return Promise.reject(lacking)
    const read = (answer: ServerMessage): readonly Device[] => {
      const devices = answer.type === 'DEVICES' ? answer.payload.devices.map(deviceOf) : []
      if (!devices.some(({ isThis }) => isThis)) this.#host.loggedOut()
      return devices
    }
    return this.#host.asker.ask({ ...question, answers: ['DEVICES'], read }, options)
  }

  #lacking(): RoomRtcError | undefined {
    if (this.#host.me() === undefined)
      return new RoomRtcError('not_logged_in', 'devices are those of a login')
    if (this.#host.capabilities().includes('devices')) return undefined
    return new RoomRtcError('wrong_state', 'there is no connection to a server that knows devices')
  }
}

function deviceOf({ session_id: id, this: isThis, call_id: callId, ...told }: WireDevice): Device {
  const { client, transport, since, connected } = told
  return { id, client, transport, since, connected, isThis, callId }
}

type WireDevice = ServerPayloads['DEVICES']['devices'][number]
