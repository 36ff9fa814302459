import { setTimeout as sleep } from 'node:timers/promises'
import { median } from '../../shared/median.ts'
import { T } from '../../shared/wire.ts'
import { ring } from '../clients/calls.ts'
import { type Member, settle } from '../clients/crowd.ts'
import { AVAILABLE, BUSY, stateIn } from './state-update.ts'

interface Load {
  readonly changes: number
  readonly pauseMs: number
}

/** See `commands.tellAll`. One of the last two rings the other, who declines: so only its own state changes. */
export async function tellAll(members: readonly Member[], { changes, pauseMs }: Load): Promise<number> {
  const idle = members.slice(0, -2)
  const [actor, callee] = members.slice(-2)
  if (actor === undefined || callee === undefined) throw new Error('too few members')
  let expected = AVAILABLE
  let toCome = 0
  let lastHasIt: () => void = () => undefined
  for (const { client } of [callee, ...idle]) {
    client.watch(T.USER_STATE_UPDATE, (_type, bytes, start) => {
      if (stateIn(bytes, start) !== expected) throw new Error('a change that did not happen')
      toCome -= 1
      if (toCome < 0) throw new Error('a change was told twice')
      if (toCome === 0) lastHasIt()
    })
  }
  async function timed(state: number, cause: () => void): Promise<number> {
    expected = state
    toCome = members.length - 1
    const all = new Promise<void>((resolve) => (lastHasIt = resolve))
    const started = performance.now()
    cause()
    await all
    return (performance.now() - started) * 1000
  }

  const times: number[] = []
  for (let i = 0; i < changes; i += 2) {
    let ringing = Promise.resolve('')
    times.push(
      await timed(BUSY, () => {
        ringing = ring(actor, callee)
      }),
    )
    const call_id = await ringing
    await sleep(pauseMs)
    const declined = actor.client.next(T.CALL_DECLINED)
    times.push(
      await timed(AVAILABLE, () => {
        callee.client.send(T.CALL_RESPONSE, { call_id, accepted: false })
      }),
    )
    await declined
    await sleep(pauseMs)
  }
  await settle(members)
  return median(times)
}
