import type { Credentials } from '../../src/cli/doctor/check-login.ts'
import { examine } from '../../src/cli/doctor/examine.ts'
import type { Finding } from '../../src/cli/doctor/finding.ts'
import { parseTarget } from '../../src/cli/doctor/target.ts'

export interface DoctorOptions {
  readonly credentials?: Credentials
  readonly ca?: string
  readonly now?: number
  readonly timeoutMs?: number
}

/** All that it finds. */
export async function doctor(server: string, options: DoctorOptions = {}): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  const { credentials, ca, now = Date.now(), timeoutMs = 5000 } = options
  await examine([parseTarget(server)], credentials, { timeoutMs, ca, now: () => now }, (found) => {
    findings.push(found)
  })
  return findings
}

export const bad = (findings: readonly Finding[]) => findings.filter(({ level }) => level !== 'ok')
