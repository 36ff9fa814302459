import { isDeepStrictEqual } from 'node:util'
import { nameOf, type Received } from './received.ts'
import type { ScenarioValues } from './values.ts'

/** What a scenario can demand of a message; conformance/vectors/README.md says what each means. */
export interface Demands {
  readonly json?: Readonly<Record<string, unknown>> | undefined
  readonly fields?: readonly string[] | undefined
  readonly text?: string | undefined
  readonly differs?: Readonly<Record<string, unknown>> | undefined
  readonly mentions?: Readonly<Record<string, string>> | undefined
  readonly includes?: Readonly<Record<string, readonly object[]>> | undefined
  readonly contains?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined
  readonly capture?: Readonly<Record<string, string>> | undefined
}

/** What was demanded and is not so, as what was expected; undefined where all is well, and then values are captured. */
export function findFault(
  got: Received,
  type: number,
  demands: Demands,
  values: ScenarioValues,
): string | undefined {
  if (got.type !== type) return nameOf(type)
  const wrong = checks.map((check) => check(got, demands, values)).find((fault) => fault !== undefined)
  if (wrong !== undefined) return `${nameOf(type)} with ${wrong}`
  for (const [name, field] of Object.entries(demands.capture ?? {})) {
    if (!(field in got.payload)) return `${nameOf(type)} with a field "${field}"`
    values.set(name, got.payload[field])
  }
  return undefined
}

type Check = (got: Received, demands: Demands, values: ScenarioValues) => string | undefined

const checks: readonly Check[] = [
  ({ payload }, { json }, values) =>
    first(json, (field, wanted) => {
      const filled = values.fill(wanted)
      return isDeepStrictEqual(payload[field], filled) ? undefined : `"${field}" ${JSON.stringify(filled)}`
    }),
  ({ payload }, { fields }) =>
    fields === undefined || isDeepStrictEqual(Object.keys(payload), fields)
      ? undefined
      : `exactly the fields ${fields.join(', ')}, in this order`,
  ({ text }, demands, values) => {
    const wanted = demands.text === undefined ? undefined : values.fillText(demands.text)
    return wanted === undefined || text === wanted ? undefined : `exactly the payload ${wanted}`
  },
  ({ payload }, { differs }, values) =>
    first(differs, (field, unwanted) => {
      const filled = values.fill(unwanted)
      return isDeepStrictEqual(payload[field], filled)
        ? `another "${field}" than ${JSON.stringify(filled)}`
        : undefined
    }),
  ({ payload }, { mentions }, values) =>
    first(mentions, (field, part) => {
      const filled = values.fillText(part)
      return String(payload[field]).includes(filled) ? undefined : `"${filled}" within "${field}"`
    }),
  ({ payload }, { includes }, values) =>
    first(includes, (field, items) => {
      const array: unknown = payload[field]
      for (const item of items.map((unfilled) => values.fill(unfilled))) {
        const found = Array.isArray(array) ? array.filter((one) => isDeepStrictEqual(one, item)) : []
        if (found.length !== 1) return `${JSON.stringify(item)} exactly once in "${field}"`
      }
      return undefined
    }),
  ({ payload }, { contains }, values) =>
    first(contains, (field, parts) => {
      const object: unknown = payload[field]
      const found = new Map(typeof object === 'object' && object !== null ? Object.entries(object) : [])
      return first(parts, (name, wanted) => {
        const filled = values.fill(wanted)
        return isDeepStrictEqual(found.get(name), filled)
          ? undefined
          : `"${name}" ${JSON.stringify(filled)} in "${field}"`
      })
    }),
]

function first<T>(
  wanted: Readonly<Record<string, T>> | undefined,
  check: (field: string, wanted: T) => string | undefined,
): string | undefined {
  for (const [field, value] of Object.entries(wanted ?? {})) {
    const fault = check(field, value)
    if (fault !== undefined) return fault
  }
  return undefined
}
