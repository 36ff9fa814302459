import type { Registry } from '../registry.ts'
import { isAddressed, presentTo, type Told } from './present/present-call.ts'

/** Tells a party of a call: all of its sessions, or those that the effect names, each in the words that it understands. */
export type Tell = (effect: Told) => void

export function makeTell({ registry }: { readonly registry: Registry }): Tell {
  return (effect) => {
    for (const session of registry.ofUser(effect.to)) {
      if (!isAddressed(effect, session.id)) continue
      for (const message of presentTo(session.capabilities, effect)) session.send(message)
    }
  }
}
