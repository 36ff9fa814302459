import type { Registry } from '../registry.ts'
import type { Session } from '../session.ts'
import { presentTo, type Told } from './present/present-call.ts'

/** Tells a party of a call: all of its sessions, or those that the effect names, each in the words that it understands. */
export type Tell = (effect: Told) => void

export function makeTell({ registry }: { readonly registry: Registry }): Tell {
  return (effect) => {
    for (const session of addressed(effect))
      for (const message of presentTo(session.capabilities, effect)) session.send(message)
  }

  function addressed({ to, session, except }: Told): readonly Session[] {
    const all = registry.ofUser(to)
    if (session === undefined && except === undefined) return all
    return all.filter(({ id }) => (session === undefined || id === session) && id !== except)
  }
}
