import type { Config } from '../../config/schema.ts'

export const INDEX = 'index.html'

/** What the page must know before it connects. `web/src/settings.ts` reads it. */
interface PageSettings {
  readonly webSocketPath: string
  /** Whether one may come in with a name alone. */
  readonly guests: boolean
  /** Whether one may make an account. */
  readonly registration: 'open' | 'invite' | 'closed'
  /** Whether people can write to each other. */
  readonly messages: boolean
  /** Whether they can send files. */
  readonly uploads: boolean
}

/** Where the built page has room for them. */
const ROOM = /(<meta name="roomrtc-settings" content=")[^"]*(")/

/** Writes them into index.html, so that the page needs no request of its own for them. */
export function settle(index: Buffer, { http, security, messages, uploads }: Config): Buffer {
  const { guests, registration } = security
  const settings: PageSettings = {
    ...{ webSocketPath: http.websocket_path, guests, registration },
    ...{ messages: messages.enabled, uploads: uploads.enabled },
  }
  const text = escapeAttribute(JSON.stringify(settings))
  return Buffer.from(
    index.toString().replace(ROOM, (_all, before: string, after: string) => before + text + after),
  )
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
}
