import { randomBytes } from 'node:crypto'
import { ScenarioValues } from '../scenarios/values.ts'

const SUFFIX_BYTES = 4

/** Usernames of one scenario and of no other: `{{alice.name}}` is `alice-` and eight digits that are the same throughout. */
export function freshNames(): {
  readonly values: ScenarioValues
  readonly isOurs: (username: unknown) => boolean
} {
  const suffix = randomBytes(SUFFIX_BYTES).toString('hex')
  const values = new ScenarioValues((name) => {
    const word = /^(\w+)\.name$/.exec(name)?.[1]
    return word === undefined ? undefined : `${word}-${suffix}`
  })
  return { values, isOurs: (username) => typeof username === 'string' && username.endsWith(`-${suffix}`) }
}
