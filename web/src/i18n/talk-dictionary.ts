import type { talkEn } from './talk-en.ts'

/** Texts about messages: they are loaded with the views of messages, and not before. */
export type TalkTexts = typeof talkEn
