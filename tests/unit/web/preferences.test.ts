import fc from 'fast-check'
import { expect, test } from 'vitest'
import { defaultPreferences, languageOf, readPreferences } from '../../../web/src/model/preferences.ts'

test('PAGE-16 what was chosen is there at the next visit', () => {
  const chosen = {
    language: 'es',
    theme: 'dark',
    devices: { microphone: 'm', camera: 'c', speaker: undefined },
    ringTones: false,
    notifications: true,
    nickname: 'Al',
  } as const
  expect(readPreferences(JSON.stringify(chosen))).toEqual(chosen)
})

test('PAGE-16 whatever the browser has kept, the page begins', () => {
  expect(readPreferences(null)).toEqual(defaultPreferences)
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.jsonValue().map((value) => JSON.stringify(value)),
      ),
      (kept) => {
        const read = readPreferences(kept)
        expect(Object.keys(read).toSorted()).toEqual(Object.keys(defaultPreferences).toSorted())
      },
    ),
  )
})

test('PAGE-19 the language is the chosen one, or the first of the browser that there is, or English', () => {
  expect(languageOf(defaultPreferences, ['fr-FR', 'de-AT', 'en'])).toBe('de')
  expect(languageOf(defaultPreferences, ['fr', 'it'])).toBe('en')
  expect(languageOf({ ...defaultPreferences, language: 'es' }, ['de'])).toBe('es')
})
