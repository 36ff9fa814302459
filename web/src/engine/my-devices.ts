import type { Call, Client } from 'roomrtc-client'
import { type Device, devicesOf } from 'roomrtc-client/devices'
import type { Action } from '../model/action.ts'
import type { Refusal } from '../server.ts'
import { refusalOf } from './session.ts'

/** The other places at which the same user is signed in. */
export interface MyDevices {
  /** Undefined where it could not be had. */
  readonly list: () => Promise<readonly Device[] | undefined>
  readonly logOut: (device: Device) => Promise<Refusal | undefined>
  /** The call that another one has, here. Undefined where it is over, or was not to be had. */
  readonly takeCall: (device: Device) => Promise<Call | undefined>
  /** Something says that another one may have a call. */
  readonly look: () => void
  readonly end: () => void
}

interface Deps {
  readonly client: Client
  readonly dispatch: (action: Action) => void
}

/** Nobody tells of a call that another device has: while one is known of, it is asked whether it still goes on. */
const AGAIN_MS = 5000

export function createMyDevices({ client, dispatch }: Deps): MyDevices {
  const devices = devicesOf(client)
  const isKnown = (): boolean => client.capabilities.includes('devices')
  let again: number | undefined
  let isOver = false
  const look = (): void => void ask()
  const whenSeen = (): void => {
    if (document.visibilityState === 'visible') look()
  }
  const off = client.on('state', ({ name }) => {
    if (name === 'online') look()
  })
  document.addEventListener('visibilitychange', whenSeen)
  look()

  return {
    look,

    async list() {
      if (!isKnown()) return []
      try {
        return await devices.list()
      } catch {
        return undefined
      }
    },

    async logOut(device) {
      try {
        await devices.logOut(device)
        return undefined
      } catch (error) {
        return refusalOf(error)
      }
    },

    async takeCall({ callId }) {
      if (callId === undefined) return undefined
      try {
        return await devices.takeCall(callId)
      } catch {
        // It may be over by now.
        look()
        return undefined
      }
    },

    end() {
      isOver = true
      off()
      window.clearTimeout(again)
      document.removeEventListener('visibilitychange', whenSeen)
    },
  }

  async function ask(): Promise<void> {
    window.clearTimeout(again)
    if (!isKnown() || client.state.name !== 'online') return
    const all = await devices.list().catch(() => [])
    if (isOver) return
    const device = all.find(({ isThis, callId }) => !isThis && callId !== undefined)
    dispatch({ type: 'elsewhere', device })
    window.clearTimeout(again)
    if (device !== undefined) again = window.setTimeout(whenSeen, AGAIN_MS)
  }
}
