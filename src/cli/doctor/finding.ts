/** One line of the report. */
export interface Finding {
  /** What was looked at: `tcp`, `certificate`, `turn` … Stays the same, for programs. */
  readonly check: string
  readonly level: 'ok' | 'warning' | 'fault'
  readonly message: string
  /** What to do about it; empty where nothing is to be done. */
  readonly cure: string
}

/** Takes findings as they come. */
export type Tell = (finding: Finding) => void

export function ok(check: string, message: string): Finding {
  return { check, level: 'ok', message, cure: '' }
}

export function warning(check: string, message: string, cure: string): Finding {
  return { check, level: 'warning', message, cure }
}

export function fault(check: string, message: string, cure: string): Finding {
  return { check, level: 'fault', message, cure }
}
