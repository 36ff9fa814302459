import type { Commit, Post } from '../../../application/ports/shared-state.ts'
import { encodeBoxes, encodeExpectations } from './encode-boxes.ts'
import { encodeStory } from './story.ts'

/** What `scripts/commit.ts` takes after the bounds. */
export function encodeCommit(commit: Commit, origin: string): readonly string[] {
  const { reads, touches, forgets, writes, boxes } = commit
  const args = [encodeStory(commit, origin), String(reads.size)]
  for (const [key, version] of reads) args.push(key, String(version))
  encodeExpectations(args, boxes)
  args.push(String(touches.length), ...touches, String(forgets.length), ...forgets)
  const [kept, gone]: [string[], string[]] = [[], []]
  for (const [key, value] of writes) {
    if (value === undefined) gone.push(key)
    else kept.push(key, value)
  }
  args.push(String(kept.length / 2), ...kept, String(gone.length), ...gone)
  encodeBoxes(args, boxes)
  return args
}

/**
 * One of those that `scripts/post.ts` takes after their number: whose it is, with the record, how much follows, and what is
 * to be done.
 */
export function encodePost({ to, from, boxes }: Post): readonly string[] {
  const args = to === undefined ? [''] : [to.node, to.session, to.entry]
  encodeBoxes(args, boxes, to?.entry)
  return [from?.session ?? '', from?.record ?? '', String(args.length), ...args]
}

/** About what it takes on its way; text is mostly ASCII. */
export function sizeOf(args: readonly string[]): number {
  let size = 0
  for (const arg of args) size += arg.length + 8
  return size
}
