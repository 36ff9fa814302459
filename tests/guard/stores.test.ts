import { expect, test } from 'vitest'
import { createHouse, type House } from '../support/house/house.ts'
import { createPlainHasher } from '../support/house/plain-hasher.ts'
import { createTrio } from '../support/house/trio.ts'
import { receive } from './receive.ts'
import { signals } from './signals.ts'

/** A house, and the name of each method of a store or the hasher that anybody has asked for. */
function watchedHouse() {
  const touched: string[] = []
  const { ports } = createHouse()
  const watch = <Port extends object>(name: string, port: Port): Port =>
    new Proxy(port, {
      get(target, key, receiver) {
        touched.push(`${name}.${String(key)}`)
        const value: unknown = Reflect.get(target, key, receiver)
        return value
      },
    })
  const options: Partial<House['ports']> = {
    users: watch('users', ports.users),
    presence: watch('presence', ports.presence),
    calls: watch('calls', ports.calls),
    hasher: watch('hasher', createPlainHasher()),
    ids: watch('ids', ports.ids),
    iceServers: watch('iceServers', ports.iceServers),
  }
  return { touched, options }
}

test.each([
  ['a client of v1', undefined],
  ['one that can resume', ['resume', 'call_control']],
])('BENCH-9 relaying to %s touches no store, and nothing of it is put off', async (_who, ofBob) => {
  const { touched, options } = watchedHouse()
  const trio = await createTrio({ ofBob }, options)
  const call_id = await trio.connect()
  // They are watched: this much a call needs.
  for (const port of ['users', 'presence', 'calls', 'hasher'])
    expect(
      touched.filter((method) => method.startsWith(`${port}.`)),
      port,
    ).not.toEqual([])
  touched.length = 0

  for (const { type, verbatim, anew } of signals(call_id, trio)) {
    for (const signal of [verbatim, anew]) {
      expect(receive(trio.alice, type, signal)).toBeUndefined()
      expect(trio.bob.take(type)).toHaveLength(1)
    }
  }
  expect(touched).toEqual([])
})
