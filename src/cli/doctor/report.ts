import { ExitCode } from '../exit-code.ts'
import type { Finding, Tell } from './finding.ts'

export interface Report {
  readonly tell: Tell
  /** Prints what is left to print, and gives the exit code. */
  end(): ExitCode
}

const WIDTHS = { level: 'warning'.length, check: 'configuration'.length }

/** For people a line for each finding as it comes, for programs one object at the end. */
export function createReport(asJson: boolean, write: (text: string) => void): Report {
  const findings: Finding[] = []
  const count = (level: Finding['level']) => findings.filter((found) => found.level === level).length
  return {
    tell(found) {
      findings.push(found)
      if (!asJson) write(`${line(found)}\n`)
    },
    end() {
      const [faults, warnings] = [count('fault'), count('warning')]
      if (asJson) write(`${JSON.stringify({ faults, warnings, findings }, null, 2)}\n`)
      else write(`\nfaults: ${faults}, warnings: ${warnings}\n`)
      return faults === 0 ? ExitCode.done : ExitCode.refused
    },
  }
}

function line({ level, check, message, cure }: Finding): string {
  const text = `${level.padEnd(WIDTHS.level)}  ${check.padEnd(WIDTHS.check)}  ${message}${cure === '' ? '' : `. Cure: ${cure}`}`
  // Others choose some of the words.
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?')
}
