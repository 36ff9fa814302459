/**
 * What a value must look like: a word of `typeof` (`object` is no list), `null`, one of several shapes, one of several
 * values, a list, or an object with fields, of which those with a `?` behind their names may be absent. Further fields
 * are passed over.
 */
export type Shape =
  | 'string'
  | 'number'
  | 'boolean'
  | 'object'
  | 'null'
  | readonly ['one', readonly Shape[]]
  | readonly ['is', readonly unknown[]]
  | readonly ['list', Shape]
  | Fields

interface Fields {
  readonly [field: string]: Shape
}

export function fits(shape: Shape, value: unknown): boolean {
  if (shape === 'null') return value === null
  if (shape === 'object') return isObject(value)
  if (typeof shape === 'string') return typeof value === shape
  if (!isTuple(shape)) return isObject(value) && hasFields(shape, value)
  switch (shape[0]) {
    case 'is':
      return shape[1].includes(value)
    case 'one':
      return shape[1].some((one) => fits(one, value))
    case 'list':
      return Array.isArray(value) && value.every((item) => fits(shape[1], item))
  }
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function hasFields(fields: Fields, value: object): boolean {
  return Object.entries(fields).every(([key, shape]) => {
    const name = key.replace('?', '')
    const item: unknown = Reflect.get(value, name)
    return (item === undefined && name !== key) || fits(shape, item)
  })
}

function isTuple(shape: Exclude<Shape, string>): shape is Exclude<Shape, string | Fields> {
  return Array.isArray(shape)
}
