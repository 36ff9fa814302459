/*
 * Makes dist/web of web/ and of the package roomrtc-client as it is built; does nothing where neither has changed since.
 * Each file of use is compressed here, once, as well as can be.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const root = fileURLToPath(new URL('..', import.meta.url))
const out = join(root, 'dist/web')
/** What it was made of, kept beside it. */
const mark = join(out, '.made-of')
const INPUTS = [
  'web',
  'clients/typescript/dist',
  'node_modules/preact/package.json',
  'node_modules/vite/package.json',
]
const COMPRESSIBLE = new Set(['.js', '.css', '.svg', '.webmanifest'])

const madeOf = digestOf(INPUTS)
if (!existsSync(mark) || readFileSync(mark, 'utf8') !== madeOf) await make()

async function make() {
  // Beside its place, and moved there when it is whole: a server that starts meanwhile finds the old one or the new one.
  const fresh = join(root, `dist/.web-${process.pid}`)
  mkdirSync(fresh, { recursive: true })
  try {
    // Whoever runs it: under a test runner the page would be made for developers, with the names of its source files.
    process.env.NODE_ENV = 'production'
    const { build } = await import('vite')
    await build({
      configFile: join(root, 'web/vite.config.mjs'),
      logLevel: 'warn',
      build: { outDir: fresh, emptyOutDir: true },
    })
    await Promise.all(filesUnder(fresh).map(compress))
    writeFileSync(join(fresh, '.made-of'), madeOf)
    rmSync(out, { recursive: true, force: true })
    renameSync(fresh, out)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

async function compress(path) {
  if (!COMPRESSIBLE.has(extname(path))) return
  const text = readFileSync(path)
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY }
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(text, { params }),
    promisify(gzip)(text, { level: constants.Z_BEST_COMPRESSION }),
  ])
  if (gz.length >= text.length) return
  writeFileSync(`${path}.br`, br)
  writeFileSync(`${path}.gz`, gz)
}

function digestOf(paths) {
  const digest = createHash('sha256')
  for (const path of paths.flatMap((path) => filesUnder(join(root, path))).toSorted()) {
    digest.update(path.slice(root.length)).update('\0').update(readFileSync(path)).update('\0')
  }
  return digest.digest('hex')
}

/** The file itself, or all that are in the folder, `node_modules` left out; nothing where nothing is. */
function filesUnder(path) {
  if (!existsSync(path)) return []
  const entries = readdirOrNothing(path)
  if (entries === undefined) return [path]
  return entries
    .filter((entry) => entry.name !== 'node_modules')
    .flatMap((entry) => filesUnder(join(path, entry.name)))
}

function readdirOrNothing(path) {
  try {
    return readdirSync(path, { withFileTypes: true })
  } catch (error) {
    if (error.code === 'ENOTDIR') return undefined
    throw error
  }
}
