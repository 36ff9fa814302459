import { ExitCode } from '../exit-code.ts'

/** Why a command is not done: caught in one place, which prints it and ends with its code. */
export class CommandFailure extends Error {
  readonly code: ExitCode
  /** Stays the same, for programs. */
  readonly reason: string

  constructor(code: ExitCode, reason: string, message: string) {
    super(message)
    this.name = 'CommandFailure'
    this.code = code
    this.reason = reason
  }
}

export function refused(reason: string, message: string): CommandFailure {
  return new CommandFailure(ExitCode.refused, reason, message)
}
