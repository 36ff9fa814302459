import type { BehaviourReport, Finding, Outcome } from './outcome.ts'

/** By behaviour, sorted by id: failed where one scenario failed, passed where one passed and none failed. */
export function sumUp(findings: readonly Finding[]): readonly BehaviourReport[] {
  const byId = new Map<string, Finding[]>()
  for (const finding of findings) byId.set(finding.id, [...(byId.get(finding.id) ?? []), finding])
  return [...byId]
    .map(([id, about]) => ({ id, verdict: verdictOf(about), findings: about }))
    .toSorted((a, b) => compareIds(a.id, b.id))
}

export function count(reports: readonly BehaviourReport[], verdict: Outcome['verdict']): number {
  return reports.filter((report) => report.verdict === verdict).length
}

function verdictOf(findings: readonly Finding[]): Outcome['verdict'] {
  const verdicts = findings.map(({ outcome }) => outcome.verdict)
  if (verdicts.includes('failed')) return 'failed'
  return verdicts.includes('passed') ? 'passed' : 'skipped'
}

/** CALL-9 comes before CALL-10. */
function compareIds(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}
