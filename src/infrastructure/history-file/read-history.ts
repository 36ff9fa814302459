import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { errorCode } from '../../domain/error-code.ts'
import type { PartyRole } from '../../domain/call.ts'
import type { CallId, UserId } from '../../domain/ids.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import { type HistoryLine, readHistoryLine } from './history-line.ts'
import type { Remembered } from './kept-histories.ts'

interface LeftHistory {
  /** In the order in which they ended. */
  readonly calls: readonly Remembered[]
  /** How many lines are none of ours: one at the end may have been cut off by the end of the machine. */
  readonly unread: number
}

/** A call, and in which line it is. */
interface Read {
  readonly call: Remembered
  readonly at: number
}

/** What is in the file: nothing where there is none. */
export async function readHistory(path: string): Promise<Result<LeftHistory, string>> {
  const calls = new Map<CallId, Read>()
  const forgotten = new Map<UserId, number>()
  let at = 0
  let unread = 0
  try {
    if (!(await stat(path)).isFile()) return err('it is no regular file')
    const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity })
    for await (const text of lines) {
      const line = readHistoryLine(text)
      at += 1
      if (line === undefined) unread += 1
      else if (line.kind === 'forget') forgotten.set(line.user, at)
      else if (line.kind === 'call') calls.set(line.record.id, { call: line, at })
      else drop(line, calls)
    }
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') return err(error instanceof Error ? error.message : String(error))
  }
  const left = Array.from(calls.values(), ({ call: { record, seen }, at: line }): Remembered => {
    const seenBy = (role: PartyRole) =>
      (forgotten.get(record[role].id) ?? 0) > line ? undefined : seen[role]
    return { record, seen: { caller: seenBy('caller'), callee: seenBy('callee') } }
  })
  // While the file was written anew, later calls may have come into it before earlier ones.
  return ok({ calls: left.toSorted((a, b) => a.record.endedAt - b.record.endedAt), unread })
}

function drop({ call: id, role }: Extract<HistoryLine, { kind: 'drop' }>, calls: Map<CallId, Read>): void {
  const read = calls.get(id)
  if (read === undefined) return
  const { record, seen } = read.call
  calls.set(id, { ...read, call: { record, seen: { ...seen, [role]: undefined } } })
}
