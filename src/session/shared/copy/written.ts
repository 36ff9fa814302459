/**
 * What a node has written as JSON. Nobody but nodes writes to what they share, so `is` looks no further than it takes to
 * see that it is of that kind. Throws where it is not.
 */
export function readWritten<Value>(text: string, is: (value: unknown) => value is Value): Value {
  const value: unknown = JSON.parse(text)
  if (!is(value)) throw new Error('nodes share what they have written themselves')
  return value
}

/** Whether it is an object that has all of these. */
export function has(value: unknown, ...keys: readonly string[]): boolean {
  return typeof value === 'object' && value !== null && keys.every((key) => Object.hasOwn(value, key))
}
