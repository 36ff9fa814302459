import type { Language } from '../model/preferences.ts'
import type { Dictionary } from './dictionary.ts'

/** In their own words, so that one finds one's own whatever is chosen. */
export const languageNames: Readonly<Record<Language, string>> = {
  en: 'English',
  de: 'Deutsch',
  es: 'Español',
}

/** Only the language that is wanted is loaded. */
const dictionaries: Readonly<Record<Language, () => Promise<Dictionary>>> = {
  en: async () => (await import('./en.ts')).en,
  de: async () => (await import('./de.ts')).de,
  es: async () => (await import('./es.ts')).es,
}

/** A language with what it takes to write in it. */
export interface Tongue {
  readonly language: Language
  readonly t: Dictionary
  readonly compare: (a: string, b: string) => number
}

export async function loadTongue(language: Language): Promise<Tongue> {
  const t = await dictionaries[language]()
  const { compare } = new Intl.Collator(language, { numeric: true })
  return { language, t, compare }
}

const MS_PER_SECOND = 1000
const SECONDS_PER_MINUTE = 60
const MINUTES_PER_HOUR = 60

/** `0:07`, `12:34`, `1:02:03`. */
export function clockText(durationMs: number): string {
  const seconds = Math.floor(durationMs / MS_PER_SECOND)
  const minutes = Math.floor(seconds / SECONDS_PER_MINUTE)
  const hours = Math.floor(minutes / MINUTES_PER_HOUR)
  const two = (value: number): string => String(value).padStart(2, '0')
  const rest = two(seconds % SECONDS_PER_MINUTE)
  return hours > 0 ? `${hours}:${two(minutes % MINUTES_PER_HOUR)}:${rest}` : `${minutes}:${rest}`
}
