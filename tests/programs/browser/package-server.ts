import { readFile } from 'node:fs/promises'
import { serveSite } from './web-site.ts'

const FOLDER = new URL('../../../clients/typescript/dist/', import.meta.url)
/** What a bundler would find in the package. */
const IMPORTS = {
  imports: {
    'roomrtc-client': '/package/index.js',
    'roomrtc-client/media': '/package/media/index.js',
  },
}

/** Serves one page that imports the package for clients; gives its origin. */
export function servePackagePage(ends: (() => unknown)[], page: () => string): Promise<string> {
  return serveSite(ends, (path) => {
    const file = /^\/package\/(?<path>[\w/-]+\.js)$/.exec(path)?.groups?.['path']
    if (file !== undefined) return { type: 'js', text: readFile(new URL(file, FOLDER), 'utf8') }
    const text = `<script type="importmap">${JSON.stringify(IMPORTS)}</script>\n${page()}`
    return { type: 'html', text: Promise.resolve(text) }
  })
}

/** Serves one page with a script that a bundler has made; gives its origin. */
export function serveBundle(ends: (() => unknown)[], script: string): Promise<string> {
  const page =
    '<!doctype html><title>A call</title><video autoplay playsinline></video><script type="module" src="bundle.js"></script>'
  return serveSite(ends, (path) =>
    path === '/bundle.js'
      ? { type: 'js', text: Promise.resolve(script) }
      : { type: 'html', text: Promise.resolve(page) },
  )
}
