import type { RelayPair } from './relay-pair.ts'

/** Each pair sends so many messages and keeps so many in flight; resolves when all have arrived. */
export async function flood(
  pairs: readonly RelayPair[],
  { window, messages }: { readonly window: number; readonly messages: number },
): Promise<void> {
  await Promise.all(
    pairs.map(
      (pair) =>
        new Promise<void>((resolve) => {
          let toSend = messages
          let toCome = messages
          const send = (count: number) => {
            const now = Math.min(count, toSend)
            toSend -= now
            if (now > 0) pair.send(now)
          }
          pair.onArrived((count) => {
            toCome -= count
            if (toCome < 0) throw new Error('more has arrived than was sent')
            if (toCome === 0) resolve()
            send(count)
          })
          send(window)
        }),
    ),
  )
}
