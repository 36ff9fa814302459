import { facts } from '../../ctl/output.ts'
import type { BehaviourReport, Finding } from './outcome.ts'
import { count } from './sum-up.ts'

const WIDTH = 100

/** What failed in full, what was skipped by reason, and what passed as a list of ids. */
export function printReport(reports: readonly BehaviourReport[]): string {
  const parts = [passed(reports), skipped(reports), failed(reports)].filter((part) => part !== '')
  return [...parts, summary(reports)].join('\n\n')
}

function summary(reports: readonly BehaviourReport[]): string {
  const words = (['passed', 'failed', 'skipped'] as const).map(
    (verdict) => `${count(reports, verdict)} ${verdict}`,
  )
  return `${reports.length} behaviours: ${words.join(', ')}`
}

function passed(reports: readonly BehaviourReport[]): string {
  const ids = reports.filter(({ verdict }) => verdict === 'passed').map(({ id }) => id)
  return ids.length === 0 ? '' : `passed\n${wrap(ids)}`
}

function skipped(reports: readonly BehaviourReport[]): string {
  const reasons = new Map<string, Set<string>>()
  for (const { id, findings, verdict } of reports) {
    if (verdict !== 'skipped') continue
    for (const { outcome } of findings) {
      if (outcome.verdict === 'skipped')
        reasons.set(outcome.why, (reasons.get(outcome.why) ?? new Set()).add(id))
    }
  }
  if (reasons.size === 0) return ''
  return `skipped\n${[...reasons].map(([why, ids]) => `  ${[...ids].join(', ')}: ${why}`).join('\n')}`
}

function failed(reports: readonly BehaviourReport[]): string {
  const told = new Map<string, { readonly ids: string[]; readonly finding: Finding }>()
  for (const { id, findings } of reports) {
    for (const finding of findings) {
      const key = `${finding.scenario}: ${finding.title}`
      if (finding.outcome.verdict !== 'failed') continue
      const known = told.get(key)
      if (known === undefined) told.set(key, { ids: [id], finding })
      else known.ids.push(id)
    }
  }
  return [...told.values()].map(({ ids, finding }) => explain(ids, finding)).join('\n\n')
}

function explain(ids: readonly string[], { scenario, title, outcome }: Finding): string {
  if (outcome.verdict !== 'failed') return ''
  const lines = facts([
    ['scenario', scenario],
    ['step', `${outcome.step}: ${outcome.doing}`],
    ['expected', outcome.expected],
    ['came', outcome.got],
  ])
  return `FAILED ${ids.join(', ')}: ${title}\n${indented(lines)}`
}

function indented(text: string): string {
  return text.replace(/^/gm, '  ')
}

/** Words in lines of at most 100 characters. */
function wrap(words: readonly string[]): string {
  const lines: string[] = []
  for (const word of words) {
    const last = lines.at(-1)
    if (last === undefined || last.length + 1 + word.length > WIDTH) lines.push(`  ${word}`)
    else lines.splice(-1, 1, `${last} ${word}`)
  }
  return lines.join('\n')
}
