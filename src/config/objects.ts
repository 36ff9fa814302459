/** Something that a document may hold: whether it is an object with keys. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The changed object; what is no object stays for the schema to refuse. */
export function update(value: unknown, change: (object: Record<string, unknown>) => object): unknown {
  return isObject(value) ? change(value) : value
}
