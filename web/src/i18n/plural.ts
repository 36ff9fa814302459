import type { Language } from '../model/preferences.ts'

/** The forms that a language has for numbers; `other` always. */
type Forms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>

/** The form for this number, with the number in the place of `#`, as the language writes both. */
export function plural(language: Language, count: number, forms: Forms): string {
  const form = forms[new Intl.PluralRules(language).select(count)] ?? forms.other
  return form.replace('#', new Intl.NumberFormat(language).format(count))
}
