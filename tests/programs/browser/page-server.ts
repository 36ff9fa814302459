import { readFile } from 'node:fs/promises'
import { serveSite } from './web-site.ts'

/** Serves the example page; gives its origin. */
export function servePage(ends: (() => unknown)[]): Promise<string> {
  return serveSite(ends, (path) => {
    const script = /^\/(?<name>[a-z]+)\.js$/.exec(path)?.groups?.['name']
    const file = script === undefined ? 'index.html' : `${script}.js`
    const text = readFile(new URL(`page/${file}`, import.meta.url), 'utf8')
    return { type: script === undefined ? 'html' : 'js', text }
  })
}
