import { createRequire } from 'node:module'
import { extname } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** The program that makes a thumbnail, with its arguments. */
export function workerCommand(): readonly string[] {
  const extension = extname(import.meta.url)
  const worker = fileURLToPath(new URL(`./thumbnail-worker${extension}`, import.meta.url))
  return [process.execPath, ...(extension === '.ts' ? typescriptLoader() : []), worker]
}

// Under tsx the worker is TypeScript.
function typescriptLoader(): string[] {
  return ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href]
}
