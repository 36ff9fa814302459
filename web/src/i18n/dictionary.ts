import type { Outcome } from '../model/past-calls.ts'
import type { MediaTrouble } from '../model/call-view.ts'
import type { Quality } from 'roomrtc-client/media'
import type { en } from './en.ts'
import type { ReasonTexts } from './reasons.ts'

/** What is written in each language; the English one says what there is. A key that is missing does not compile. */
export type Dictionary = Like<typeof en> & {
  readonly reasons: ReasonTexts
  readonly outcomes: Readonly<Record<Outcome, (name: string) => string>>
  readonly outcomeLabels: Readonly<Record<Outcome, string>>
  readonly causes: Readonly<Record<Quality['causes'][number], string>>
  readonly scores: Readonly<Record<Quality['score'], string>>
  readonly mediaWhy: Readonly<Record<MediaTrouble['why'], string>>
  readonly mediaWhat: Readonly<Record<MediaTrouble['what'], string>>
}

/** Texts may differ, what they are made of may not. */
type Like<Texts> = {
  readonly [Key in keyof Texts]: Texts[Key] extends string
    ? string
    : Texts[Key] extends (...given: infer Given) => string
      ? (...given: Given) => string
      : Like<Texts[Key]>
}
