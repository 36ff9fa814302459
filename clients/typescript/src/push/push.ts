import type { Ask } from '../ask.ts'

/** Where a device can be woken: what `PushSubscription.toJSON()` of a browser gives. */
export interface WakeAddress {
  readonly endpoint: string
  readonly keys: { readonly p256dh: string; readonly auth: string }
}

/** Has devices woken that have no connection. Needs the capability `push`, which is to be asked for. */
export interface Push {
  /** By which push services know the server: the `applicationServerKey` of a browser, in Base64url. */
  key(options?: Ask): Promise<string>
  /** A device of the user can be woken there. Answers with how many can be. */
  subscribe(address: WakeAddress, options?: Ask): Promise<number>
  /** It is not to be woken any more. */
  unsubscribe(endpoint: string, options?: Ask): Promise<number>
}
