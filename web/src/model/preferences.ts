/** What a person has chosen, and what is kept in the browser from one visit to the next. */
export interface Preferences {
  /** undefined: as the browser is set. */
  readonly language: Language | undefined
  readonly theme: Theme
  readonly devices: Devices
  readonly ringTones: boolean
  /** Whether a call is told by the system too, while the page is in the background. */
  readonly notifications: boolean
  /** By which others know one in a room; empty: by the username. */
  readonly nickname: string
}

export const languages = ['en', 'de', 'es'] as const
export type Language = (typeof languages)[number]

export const themes = ['system', 'light', 'dark'] as const
type Theme = (typeof themes)[number]

/** Ids as the browser has them; undefined: the one of the system. */
export interface Devices {
  readonly microphone: string | undefined
  readonly camera: string | undefined
  readonly speaker: string | undefined
}

export const noDevices: Devices = { microphone: undefined, camera: undefined, speaker: undefined }

export const defaultPreferences: Preferences = {
  language: undefined,
  theme: 'system',
  devices: noDevices,
  ringTones: true,
  notifications: false,
  nickname: '',
}

/** Of what was kept, whatever it is: what cannot be read counts as not chosen. */
export function readPreferences(kept: string | null): Preferences {
  const found = parse(kept)
  const devices = anObject(found['devices'])
  return {
    language: languages.find((language) => language === found['language']),
    theme: themes.find((theme) => theme === found['theme']) ?? defaultPreferences.theme,
    devices: {
      microphone: aString(devices['microphone']),
      camera: aString(devices['camera']),
      speaker: aString(devices['speaker']),
    },
    ringTones: found['ringTones'] !== false,
    notifications: found['notifications'] === true,
    nickname: aString(found['nickname']) ?? defaultPreferences.nickname,
  }
}

/** The first of the browser's languages that there is a dictionary for. */
export function languageOf(preferences: Preferences, ofBrowser: readonly string[]): Language {
  const wanted = ofBrowser.map((tag) => tag.toLowerCase().split('-')[0])
  const known = wanted.flatMap((tag) => languages.find((language) => language === tag) ?? [])
  return preferences.language ?? known[0] ?? 'en'
}

function parse(text: string | null): Readonly<Record<string, unknown>> {
  try {
    return anObject(JSON.parse(text ?? '{}'))
  } catch {
    return {}
  }
}

function anObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function aString(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
