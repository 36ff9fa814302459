import type { Ask } from '../ask.ts'
import type { Call } from '../call/call.ts'

/** A session of one's own user: a login on some device. */
export interface Device {
  /** Names it. It is no secret. */
  readonly id: string
  /** What its program calls itself; empty where it does not. */
  readonly client: string
  /** What carries its connection, or carried it: `tcp`, `tls`, `websocket-json`, `http`, … */
  readonly transport: string
  /** When it logged in, in Unix milliseconds. */
  readonly since: number
  /** False while it waits for its client to come back. */
  readonly connected: boolean
  /** The one that asks. */
  readonly isThis: boolean
  /** Of the active call that it has, if it has one: `takeCall` takes it. */
  readonly callId: string | undefined
}

/** The devices on which one's user is logged in. Needs the capability `devices`. */
export interface Devices {
  /** The oldest login first. */
  list(options?: Ask): Promise<readonly Device[]>
  /** Ends the session of a device, which may be this one; answers with those that are left. */
  logOut(device: Device | string, options?: Ask): Promise<readonly Device[]>
  /**
   * The active call of another device goes on here, as `client.currentCall`. The other device's call ends with the
   * reason `moved`. What this device sends and shows is negotiated anew.
   */
  takeCall(callId: string, options?: Ask): Promise<Call>
}
