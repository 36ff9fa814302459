import { isDeepStrictEqual } from 'node:util'
import { messageTable } from '../../../protocol/message-table.ts'
import type { Scenario, Sent, Step } from '../scenarios/schema.ts'

const { REGISTER_REQUEST } = messageTable

/** What these are about takes accounts that nobody has used. */
const OF_ACCOUNTS: ReadonlySet<string> = new Set(['AUTH', 'ACCOUNT', 'TOKEN'])

/** The word of the user that a step registers just as `logged_in` does; undefined for every other step. */
export function registeredBy(step: Step): string | undefined {
  if (!('send' in step) || Array.isArray(step.send) || !isRegistration(step.send)) return undefined
  if (!('json' in step.send)) return undefined
  const { username } = step.send.json
  const word = typeof username === 'string' ? /^\{\{(\w+)\.name\}\}$/.exec(username)?.[1] : undefined
  const usual = { username, password_hash: `secret of ${word ?? ''}` }
  return isDeepStrictEqual(step.send.json, usual) ? word : undefined
}

/** Whether a scenario must be played with users that have no account yet. */
export function needsNewUsers({ id, steps }: Scenario): boolean {
  if (id.some((one) => OF_ACCOUNTS.has(one.slice(0, one.indexOf('-'))))) return true
  return steps.some(
    (step) =>
      'send' in step &&
      registeredBy(step) === undefined &&
      (Array.isArray(step.send) ? step.send : [step.send]).some(isRegistration),
  )
}

function isRegistration(sent: Sent): boolean {
  return 'type' in sent && Number.parseInt(sent.type, 16) === REGISTER_REQUEST.code
}
