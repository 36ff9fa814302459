import { describe, expect, test } from 'vitest'
import { de } from '../../../web/src/i18n/de.ts'
import { en } from '../../../web/src/i18n/en.ts'
import { es } from '../../../web/src/i18n/es.ts'
import { clockText } from '../../../web/src/i18n/language.ts'
import { explained, reasonText } from '../../../web/src/i18n/reasons.ts'
import { talkTexts } from '../../../web/src/i18n/talk-texts.ts'

const dictionaries = {
  en: { ...en, talk: talkTexts.en },
  de: { ...de, talk: talkTexts.de },
  es: { ...es, talk: talkTexts.es },
}

/** Every text by its path; of those that are made, one that is made of this. */
function texts(of: object, path = ''): readonly (readonly [string, unknown])[] {
  return Object.entries(of).flatMap(([key, value]: [string, unknown]) => {
    const here = `${path}/${key}`
    if (typeof value === 'function') return [[here, value] as const]
    return typeof value === 'object' && value !== null ? texts(value, here) : [[here, value] as const]
  })
}

describe.each(Object.entries(dictionaries))('in %s', (_language, dictionary) => {
  test('PAGE-19 nothing is left empty, and no sentence is cut off', () => {
    for (const [path, text] of texts(dictionary)) {
      if (typeof text !== 'string') continue
      expect([path, text.trim()]).toEqual([path, text])
      expect([path, text.length > 0]).toEqual([path, true])
    }
  })

  test('PAGE-19 the texts are those that the English one has', () => {
    expect(texts(dictionary).map(([path]) => path)).toEqual(texts(dictionaries.en).map(([path]) => path))
  })

  test('PAGE-12 whoever it is about is named in what has become of a call', () => {
    for (const text of Object.values(dictionary.outcomes)) expect(text('Zoë')).toContain('Zoë')
  })

  test('PAGE-10 there is a sentence for every reason, and a common one for all others', () => {
    for (const reason of explained) expect(dictionary.reasons[reason]).toMatch(/[.?]$/)
    expect(reasonText(dictionary.reasons, 'server_full')).toBe(dictionary.reasons.server_full)
    for (const unknown of ['a word of a later server', 'other', 'constructor']) {
      expect(reasonText(dictionary.reasons, unknown)).toBe(dictionary.reasons.other)
    }
  })
})

test('PAGE-19 numbers are written as the language counts and writes them', () => {
  expect(en.home.countOnline(1)).toBe('1 person online')
  expect(en.home.countOnline(0)).toBe('0 people online')
  expect(de.home.countOnline(1)).toBe('1 Person online')
  expect(de.home.countOnline(12_345)).toBe('12.345 Personen online')
  expect(es.home.countOnline(1)).toBe('1 persona en línea')
  expect(es.notices.lostMessages(2)).toBe('Puede que 2 mensajes no hayan llegado.')
})

test('PAGE-19 no text was left in English', () => {
  const same = (other: object) => {
    const there = new Map(texts(other))
    return texts(dictionaries.en).flatMap(([path, text]) =>
      typeof text === 'string' && text.length > 12 && there.get(path) === text ? [path] : [],
    )
  }
  expect([same(dictionaries.de), same(dictionaries.es)]).toEqual([[], []])
})

test('PAGE-13 a duration is written as a clock shows it', () => {
  const shown = [0, 999, 59_999, 60_000, 3_599_000, 3_600_000, 36_061_000].map(clockText)
  expect(shown).toEqual(['0:00', '0:00', '0:59', '1:00', '59:59', '1:00:00', '10:01:01'])
})
