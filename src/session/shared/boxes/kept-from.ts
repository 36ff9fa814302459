import type { SharedState } from '../../../application/ports/shared-state.ts'
import { Fenced, Unavailable } from '../../../application/ports/shared-state-errors.ts'

/** From which number on messages are kept for the session that the hash of a token leads to; undefined where nobody can say now. */
export type KeptFrom = (hash: string) => Promise<number | undefined>

export function makeKeptFrom(state: Pick<SharedState, 'findToken' | 'box'>): KeptFrom {
  return async (hash) => {
    try {
      const led = await state.findToken(hash)
      if (led === undefined || 'spent' in led) return 1
      return (await state.box(led.session))?.firstSeq ?? 1
    } catch (error) {
      if (error instanceof Unavailable || error instanceof Fenced) return undefined
      throw error
    }
  }
}
