import type { KeptValues } from './kept-values.ts'

/** The same as `KeptValues`, for as long as the process lasts. */
export function memoryValues<Value>(): Pick<KeptValues<Value>, 'size' | 'get' | 'set' | 'entries' | 'close'> {
  const values = new Map<string, Value>()
  return {
    get size() {
      return values.size
    },
    get: (key) => values.get(key),
    set(key, value) {
      if (value === undefined) values.delete(key)
      else values.set(key, value)
      return Promise.resolve(true)
    },
    entries: () => values,
    close: () => Promise.resolve(),
  }
}
