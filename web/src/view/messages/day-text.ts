import type { TalkTexts } from '../../i18n/talk-dictionary.ts'
import type { Language } from '../../model/preferences.ts'

const DAY_MS = 86_400_000

export function isSameDay(one: number, other: number): boolean {
  return new Date(one).toDateString() === new Date(other).toDateString()
}

/** The day of an instant, as people say it. */
export function dayText(at: number, language: Language, texts: TalkTexts, now = Date.now()): string {
  if (isSameDay(at, now)) return texts.today
  if (isSameDay(at, now - DAY_MS)) return texts.yesterday
  return new Intl.DateTimeFormat(language, { dateStyle: 'long' }).format(at)
}

export function timeText(at: number, language: Language): string {
  return new Intl.DateTimeFormat(language, { timeStyle: 'short' }).format(at)
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const
const STEP = 1000

/** `3.4 MB`, as the language writes it. */
export function sizeText(bytes: number, language: Language): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log(Math.max(1, bytes)) / Math.log(STEP)))
  const style = {
    style: 'unit',
    unit: UNITS[power] ?? 'byte',
    unitDisplay: power === 0 ? 'long' : 'short',
  } as const
  const digits = { maximumFractionDigits: power > 1 ? 1 : 0 }
  return new Intl.NumberFormat(language, { ...style, ...digits }).format(bytes / STEP ** power)
}
