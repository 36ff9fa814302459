import type { BoxUpdate } from '../../../application/ports/shared-state.ts'

/** As `scripts/boxes.ts` takes them: how many, then each. `same`: the entry that need not be written again. */
export function encodeBoxes(args: string[], boxes: readonly BoxUpdate[], same?: string): void {
  args.push(String(boxes.length))
  for (const box of boxes) encodeBox(args, box, same)
}

/** What those that take a box over expect of it before anything is written: how many, then each. */
export function encodeExpectations(args: string[], boxes: readonly BoxUpdate[]): void {
  const attached = boxes.filter((box) => box.kind === 'attach')
  args.push(String(attached.length))
  for (const { session, expectedNext, expectedReceived } of attached)
    args.push(session, String(expectedNext), expectedReceived === undefined ? '' : String(expectedReceived))
}

function encodeBox(args: string[], box: BoxUpdate, same: string | undefined): void {
  switch (box.kind) {
    case 'open':
    case 'tokens':
      args.push(box.kind, box.session, box.tokens.current ?? '', box.tokens.previous ?? '')
      break
    case 'attach': {
      const { session, tokens, firstSeq, entries } = box
      args.push(box.kind, session, tokens.current ?? '', tokens.previous ?? '', String(firstSeq))
      args.push(String(entries.length))
      for (const entry of entries) args.push(entry)
      break
    }
    case 'owe':
      if (box.entry === same) args.push('same')
      else args.push(box.kind, box.entry)
      args.push(String(box.sessions.length))
      for (const session of box.sessions) args.push(session)
      break
    case 'detach':
      args.push(box.kind, box.session)
      break
    case 'took':
      args.push(box.kind, box.session, String(box.count), box.insteadOf ?? '')
      break
    case 'acknowledge':
      args.push(box.kind, box.session, String(box.seq))
      break
    case 'end':
      args.push(box.kind, box.session, box.why)
      break
    default:
      box satisfies never
  }
}
