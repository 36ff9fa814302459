import type { Seat, Sfu, SfuNews } from '../../../src/application/ports/sfu.ts'
import type { House } from './house.ts'
import { settled } from './house-client.ts'

/** Writes down what the SFU was asked for. */
export interface SfuRecorder extends Sfu {
  /** Since the last look: the call, and what it was given. */
  readonly asked: () => readonly (readonly [keyof Sfu, ...unknown[]])[]
  /** The seats that are taken now. */
  readonly seats: ReadonlySet<Seat>
}

export function createSfuRecorder(): SfuRecorder {
  const calls: [keyof Sfu, ...unknown[]][] = []
  const seats = new Set<Seat>()
  return {
    seats,
    asked: () => calls.splice(0),
    enter(seat, room) {
      seats.add(seat)
      calls.push(['enter', seat, room])
    },
    signal(seat, signal) {
      calls.push(['signal', seat, signal])
    },
    renew(seat) {
      calls.push(['renew', seat])
    },
    layers(seat, layers) {
      calls.push(['layers', seat, layers])
    },
    mute(seat, kinds) {
      calls.push(['mute', seat, kinds])
    },
    leave(seat) {
      seats.delete(seat)
      calls.push(['leave', seat])
    },
  }
}

/** The SFU has something for a member; resolves once that was told. */
export async function tell(house: House, news: SfuNews): Promise<void> {
  house.inputs.sfuTells(news)
  await settled()
}
