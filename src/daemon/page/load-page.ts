import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import type { Log } from '../../application/ports/system/log.ts'
import type { Config } from '../../config/schema.ts'
import { errorCode } from '../../domain/error-code.ts'
import type { Coding, PageFile, PageFiles } from '../../transport/http/page-file.ts'
import { INDEX, settle } from './page-settings.ts'

/** Where `npm run build` puts it; the same seen from src and from dist. */
const BUILT = fileURLToPath(new URL('../../../dist/web/', import.meta.url))

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
}

/** Files that the build compressed lie beside the plain ones. */
const COMPRESSED: readonly [Coding, string][] = [
  ['br', '.br'],
  ['gzip', '.gz'],
]

/**
 * The page as it was built, from `folder`, with what it must know of the configuration. Undefined, after a warning, where
 * it has not been built or cannot be read: everything else does without it.
 */
export async function loadPage(config: Config, log: Log, folder = BUILT): Promise<PageFiles | undefined> {
  try {
    const names = await readdir(folder, { recursive: true })
    if (!names.includes(INDEX)) throw Object.assign(new Error(`${INDEX} is missing`), { code: 'ENOENT' })
    const known = names.map((name) => name.replaceAll('\\', '/')).filter((name) => extname(name) in TYPES)
    const files = await Promise.all(
      known.map(async (name) => [pathOf(name), await readPageFile(folder, name, config)] as const),
    )
    return new Map(files)
  } catch (error) {
    const why =
      errorCode(error) === 'ENOENT' ? 'it has not been built: npm run build makes it' : String(error)
    log.warn({ folder }, `the page at /app/ is not there: ${why}. http.serve_web: false does without it`)
    return undefined
  }
}

/** The page itself is at the path that ends with the slash. */
function pathOf(name: string): string {
  return name === INDEX ? '' : name
}

async function readPageFile(folder: string, name: string, config: Config): Promise<PageFile> {
  const path = join(folder, name)
  const read = await readFile(path)
  const isIndex = name === INDEX
  const plain = isIndex ? settle(read, config) : read
  return {
    type: TYPES[extname(name)] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
    isImmutable: name.startsWith('assets/'),
    plain: asBody(plain),
    compressed: isIndex ? compress(plain) : await readCompressed(path),
  }
}

async function readCompressed(path: string): Promise<ReadonlyMap<Coding, Uint8Array<ArrayBuffer>>> {
  const found = new Map<Coding, Uint8Array<ArrayBuffer>>()
  for (const [coding, ending] of COMPRESSED) {
    const body = await readFile(path + ending).catch(() => undefined)
    if (body !== undefined) found.set(coding, asBody(body))
  }
  return found
}

/** Only what the configuration has been written into: it is a few hundred bytes. */
function compress(plain: Buffer): ReadonlyMap<Coding, Uint8Array<ArrayBuffer>> {
  return new Map([
    ['br', asBody(brotliCompressSync(plain))],
    ['gzip', asBody(gzipSync(plain))],
  ])
}

/** In memory of its own, which is what an answer may hold on to. */
function asBody(bytes: Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes)
}
