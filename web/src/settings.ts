/** What the server has written into index.html: `src/daemon/page/page-settings.ts`. */
export interface Settings {
  readonly webSocketPath: string
  /** Whether one may come in with a name alone. */
  readonly guests: boolean
  /** Whether one may make an account, and needs a code for it. */
  readonly registration: 'open' | 'invite' | 'closed'
  /** Whether people can write to each other. */
  readonly messages: boolean
  /** Whether they can send files. */
  readonly uploads: boolean
}

const DEFAULTS: Settings = {
  webSocketPath: '/ws',
  guests: false,
  registration: 'open',
  messages: false,
  uploads: false,
}

export function readSettings(root: ParentNode = document): Settings {
  const text = root.querySelector('meta[name="roomrtc-settings"]')?.getAttribute('content') ?? ''
  if (text === '') return DEFAULTS
  const given: unknown = JSON.parse(text)
  if (typeof given !== 'object' || given === null) return DEFAULTS
  return {
    webSocketPath:
      'webSocketPath' in given && typeof given.webSocketPath === 'string'
        ? given.webSocketPath
        : DEFAULTS.webSocketPath,
    guests: 'guests' in given && given.guests === true,
    registration: 'registration' in given ? registrationOf(given.registration) : DEFAULTS.registration,
    messages: 'messages' in given && given.messages === true,
    uploads: 'uploads' in given && given.uploads === true,
  }
}

function registrationOf(value: unknown): Settings['registration'] {
  return value === 'invite' || value === 'closed' ? value : 'open'
}

/** Where the server is, with a slash at the end: the folder in which the page's own folder lies. */
export function serverUrl(page: string = document.baseURI): URL {
  return new URL('../', page)
}

export function webSocketUrl(server: URL, { webSocketPath }: Pick<Settings, 'webSocketPath'>): string {
  const url = new URL(webSocketPath.slice(1), server)
  url.protocol = server.protocol === 'https:' ? 'wss:' : 'ws:'
  return url.href
}
