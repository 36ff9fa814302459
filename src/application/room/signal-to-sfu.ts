import { RefusalReason } from '../../domain/refusal.ts'
import { err, ok } from '../../domain/result.ts'
import type { Outcome } from '../effect.ts'
import type { Seat, SfuSignal } from '../ports/sfu.ts'

/** How signals name the SFU of a room, in the place of a member. */
export const SFU = 'sfu'

/** Why nothing is asked of the SFU of a room that is a mesh. */
export const NO_SFU = 'The media of this room go through no server'

/** Passes a member's signal to the SFU of its room, the only one to signal to in there (SFU-3). */
export function signalToSfu(
  seat: Seat,
  { to, signal }: { readonly to: string; readonly signal: SfuSignal },
): Outcome {
  if (to === SFU) return ok([{ kind: 'sfu-signal', seat, signal }])
  const detail = `The media of this room go through a server: signal to "${SFU}" and to no member`
  return err({ reason: RefusalReason.notRoomMember, detail })
}
