import type { HttpDoor, HttpParts } from './make-http.ts'

/** The door of browsers and scripts, if the configuration has one. What it is made of is loaded only then. */
export async function openHttp(parts: HttpParts): Promise<HttpDoor | undefined> {
  if (!parts.config.http.enable) return undefined
  const { makeHttp } = await import('./make-http.ts')
  return makeHttp(parts)
}
