import type { Context } from 'hono'
import { refused } from '../answers.ts'
import type { App, AppEnv } from '../app.ts'
import { type Coding, codings, type PageFile, type PageFiles } from '../page-file.ts'

/** Where the page is. */
export const PAGE_PATH = '/app/'

const FOUND = 302
const NOT_MODIFIED = 304
const A_YEAR = 'public, max-age=31536000, immutable'
/** It may be kept, but is asked for each time: after an update the next look at it is the new one. */
const ASK_FIRST = 'no-cache'

/** The page, from memory. What is not in the table is not there, whatever the path looks like. */
export function addPageRoutes(app: App, files: PageFiles): void {
  app.get(PAGE_PATH.slice(0, -1), (context) => context.redirect(PAGE_PATH, FOUND))
  app.get(`${PAGE_PATH}*`, (context) => {
    const file = files.get(context.req.path.slice(PAGE_PATH.length))
    return file === undefined ? refused(context, { reason: 'not_found' }) : answer(context, file)
  })
}

function answer(context: Context<AppEnv>, file: PageFile): Response {
  const coding = codings.find(
    (name) => file.compressed.has(name) && accepts(context.req.header('accept-encoding'), name),
  )
  const etag = coding === undefined ? file.etag : `${file.etag.slice(0, -1)}-${coding}"`
  context.header('ETag', etag)
  context.header('Cache-Control', file.isImmutable ? A_YEAR : ASK_FIRST)
  if (file.compressed.size > 0) context.header('Vary', 'Accept-Encoding', { append: true })
  if (isKnown(context.req.header('if-none-match'), etag)) return context.body(null, NOT_MODIFIED)
  context.header('Content-Type', file.type)
  return context.body(bodyOf(context, file, coding))
}

function bodyOf(context: Context<AppEnv>, file: PageFile, coding: Coding | undefined) {
  const compressed = coding === undefined ? undefined : file.compressed.get(coding)
  if (coding !== undefined && compressed !== undefined) context.header('Content-Encoding', coding)
  const body = compressed ?? file.plain
  context.header('Content-Length', String(body.byteLength))
  return body
}

/** RFC 9110, 12.5.3, as far as anybody uses it: a coding that is named, and not with a weight of nothing. */
function accepts(header: string | undefined, coding: Coding): boolean {
  return (header ?? '').split(',').some((part) => {
    const [name, ...parameters] = part.split(';').map((text) => text.trim().toLowerCase())
    return name === coding && !parameters.some((text) => /^q\s*=\s*0(?:\.0*)?$/.test(text))
  })
}

/** RFC 9110, 13.1.2: compared weakly. */
function isKnown(header: string | undefined, etag: string): boolean {
  return (header ?? '').split(',').some((part) => {
    const text = part.trim()
    return text === '*' || text.replace(/^W\//, '') === etag
  })
}
