/** How a command ends, for scripts. docs/administration.md prints them. */
export const ExitCode = {
  done: 0,
  /** Understood and not done, or a configuration with faults. */
  refused: 1,
  /** The command line is not understood. */
  usage: 2,
  /** No daemon answers. */
  unreachable: 3,
} as const

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]
