import type { SignInOptions } from '../sign-in/sign-in-options.ts'
import type { Step } from './script.ts'

export interface BotOptions extends SignInOptions {
  readonly script: readonly Step[]
  /** Whom it calls. */
  readonly call?: string
  readonly once?: true
  readonly json?: true
}
