import type { FileId, MessageId } from '../../domain/ids.ts'
import type { Files } from '../ports/files.ts'
import type { Hold, Messages } from '../ports/messages.ts'
import type { Clock } from '../ports/system/clock.ts'

interface Deps {
  readonly files: Pick<Files, 'unrefer'>
  readonly clock: Pick<Clock, 'wallMs'>
}

/** A message that was to refer to files, and is not stored so much later, was lost in a crash. In milliseconds. */
const LOST_MS = 3_600_000

const AT_ONCE = 500

/**
 * Messages that give back the files of those that are gone, in the background: deleted, too old, or forgotten. What a crash
 * has left of it, or of a message that was not stored, is given back when next something is purged (MSG-21).
 */
export function givingFilesBack(messages: Messages, { files, clock }: Deps): Messages {
  let isWanted = false
  let running: Promise<void> | undefined
  return {
    ...messages,
    erase: async (...args) => after(await messages.erase(...args)),
    forgetConversation: async (...args) => after(await messages.forgetConversation(...args)),
    forgetUser: async (...args) => after(await messages.forgetUser(...args)),
    purge: async (...args) => after(await messages.purge(...args)),
    async close() {
      await running
      await messages.close()
    },
  }

  function after<Value>(value: Value): Value {
    isWanted = true
    running ??= giveBack().finally(() => (running = undefined))
    return value
  }

  async function giveBack(): Promise<void> {
    while (isWanted) {
      isWanted = false
      if (await giveSomeBack()) isWanted = true
    }
  }

  /** Whether there may be others. What cannot be given back now is tried again the next time. */
  async function giveSomeBack(): Promise<boolean> {
    const loose = await messages.looseHolds(clock.wallMs() - LOST_MS, AT_ONCE)
    if (!loose.ok) return false
    for (const [message, held] of byMessage(loose.value)) {
      const given = await files.unrefer(held, message)
      if (!given.ok || !(await messages.dropHolds(message, held)).ok) return false
    }
    return loose.value.length === AT_ONCE
  }
}

function byMessage(holds: readonly Hold[]): ReadonlyMap<MessageId, readonly FileId[]> {
  const held = new Map<MessageId, FileId[]>()
  for (const { message, file } of holds) {
    const files = held.get(message)
    if (files === undefined) held.set(message, [file])
    else files.push(file)
  }
  return held
}
