import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'

export const PACKAGE = resolve('clients/typescript')

/** A new project in which the tarball of `npm pack` is installed, and nothing else. Whoever makes it removes it. */
export function makePackageProject(): string {
  const project = mkdtempSync(join(tmpdir(), 'roomrtc-project-'))
  const packed = npm(['pack', '--silent', '--ignore-scripts', '--pack-destination', project], PACKAGE).trim()
  const manifest = { name: 'project', private: true, type: 'module' }
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest))
  npm(['install', '--offline', '--no-audit', '--no-fund', '--silent', `./${basename(packed)}`], project)
  return project
}

function npm(args: readonly string[], cwd: string): string {
  return execFileSync('npm', [...args], { cwd, encoding: 'utf8', shell: process.platform === 'win32' })
}
