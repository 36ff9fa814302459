import type { Script } from '../scripts/script.ts'
import type { Reply } from '../wire/reply.ts'

/** Undefined where Redis does not answer soon enough. */
export type AskSoon = (script: Script, args: readonly string[]) => Promise<Reply | undefined>

/** Once Redis is back; what cannot wait for that, because too much does, is dropped. */
export type TellLater = (script: Script, args: readonly string[]) => void
