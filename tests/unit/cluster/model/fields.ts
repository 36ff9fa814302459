type Payload = Readonly<Record<string, unknown>>

/** What stands under a name in a message: a list of objects. */
export function objectsIn(payload: Payload, name: string): readonly Payload[] {
  const value = payload[name]
  return Array.isArray(value) ? value.map(asObject) : []
}

export function objectIn(payload: Payload, name: string): Payload {
  return asObject(payload[name])
}

function asObject(value: unknown): Payload {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
