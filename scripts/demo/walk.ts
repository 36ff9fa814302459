import { firstAct } from './acts/first-act.ts'
import { hangUp, logOut } from './acts/last-act.ts'
import { startPrivateDaemon } from './private-daemon.ts'
import { loseConnections, restartDaemon } from './acts/second-act.ts'
import type { Transcript } from './transcript.ts'
import { withCleanup } from './with-cleanup.ts'

/**
 * Walks alice and bob through all that a call takes and what it can outlive, on a daemon of their own. Gives what bob
 * heard first from alice.
 */
export function walk(directory: string, transcript: Transcript): Promise<string> {
  return withCleanup(async (defer) => {
    const daemon = await startPrivateDaemon(directory)
    defer(() => daemon.stop())
    const stage = { daemon, transcript, defer }

    const { conversation, heard } = await firstAct(stage)
    await loseConnections(stage, conversation)
    await restartDaemon(stage, conversation)
    await hangUp(stage, conversation)
    await logOut(stage, conversation)
    return heard
  })
}
