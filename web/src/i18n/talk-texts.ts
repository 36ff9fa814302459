import type { Language } from '../model/preferences.ts'
import { type ReasonTexts, reasonText } from './reasons.ts'
import { talkDe } from './talk-de.ts'
import type { TalkTexts } from './talk-dictionary.ts'
import { talkEn } from './talk-en.ts'
import { talkEs } from './talk-es.ts'

export const talkTexts: Readonly<Record<Language, TalkTexts>> = { en: talkEn, de: talkDe, es: talkEs }

/** In plain words why something with a message or a file was refused. */
export function whyText(reasons: ReasonTexts, { why }: TalkTexts, reason: string): string {
  const [, text] = Object.entries(why).find(([known]) => known === reason) ?? []
  return text ?? reasonText(reasons, reason)
}
