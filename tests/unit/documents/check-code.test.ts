import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { endsAfterEach } from '../../support/ends.ts'
import { ALLOWED_IN_TESTS, BROKEN_MODULES, SHARED } from './broken-modules.ts'

const ends = endsAfterEach()

/** Where each project begins, where its sources are, and which of these globals they know. */
const PROJECTS = [
  { project: '.', sources: 'src', knows: ['process'] },
  { project: 'web', sources: 'web/src', knows: ['document'] },
  { project: 'tests/unit/web', sources: 'tests/unit/web', knows: ['document'] },
  { project: 'clients/typescript', sources: 'clients/typescript/src', knows: ['process'] },
  {
    project: 'clients/typescript/src/media',
    sources: 'clients/typescript/src/media',
    knows: ['document'],
  },
  {
    project: 'tests/integration/client-media',
    sources: 'tests/integration/client-media',
    knows: ['document', 'process'],
  },
  { project: 'tests/programs/sfu/peer', sources: 'tests/programs/sfu/peer', knows: ['document', 'process'] },
]

const RULES = '.oxlintrc.json'
const OXLINT = resolve('node_modules/oxlint/bin/oxlint')
const TSC = resolve('node_modules/@typescript/native/bin/tsc')

const report = z.object({
  diagnostics: z.array(z.object({ filename: z.string(), code: z.string(), message: z.string() })),
})

type Files = ReadonlyMap<string, string>

/** A tree with these files by their paths, and with the projects and the rules of this one. */
function plant(files: Files): string {
  const root = mkdtempSync(join(tmpdir(), 'roomrtc-check-'))
  ends.push(() => {
    rmSync(root, { recursive: true })
  })
  const copied = [RULES, ...PROJECTS.map(({ project }) => join(project, 'tsconfig.json'))].map(
    (path) => [path, readFileSync(path, 'utf8')] as const,
  )
  for (const [path, text] of [['package.json', '{ "type": "module" }'] as const, ...copied, ...files]) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'), 'junction')
  return root
}

function check(files: Files, args: readonly string[] = []) {
  return spawnSync(process.execPath, [OXLINT, ...args], { cwd: plant(files), encoding: 'utf8' })
}

function faultsIn(files: Files) {
  const { status, stdout } = check(files, ['--format', 'json'])
  const { diagnostics } = report.parse(JSON.parse(stdout))
  expect(status).toBe(diagnostics.length === 0 ? 0 : 1)
  return diagnostics
}

/** The faults in each module, when all of them are in that folder. */
function faultsOfModules(folder: string): readonly (readonly string[])[] {
  const path = (i: number): string => `${folder}/planted-${i}.ts`
  const faults = faultsIn(
    new Map([
      [`${folder}/shared.ts`, SHARED],
      ...BROKEN_MODULES.map(([, text], i) => [path(i), `${text}\n`] as const),
    ]),
  )
  expect(faults.filter(({ filename }) => filename === `${folder}/shared.ts`)).toEqual([])
  return BROKEN_MODULES.map((_, i) =>
    faults.filter(({ filename }) => filename === path(i)).map(({ code }) => code),
  )
}

describe('the check of types and lint', { timeout: 60_000 }, () => {
  test.each(['src/domain', 'web/src/model', 'clients/typescript/src/wire'])(
    'CHECK-7 notices in %s a type that does not fit and whatever breaks a rule',
    (folder) => {
      expect(faultsOfModules(folder)).toEqual(BROKEN_MODULES.map(([fault]) => [fault]))
    },
  )

  test('CHECK-7 notices the same in tests, but for what shows when they run', () => {
    expect(faultsOfModules('tests/unit')).toEqual(
      BROKEN_MODULES.map(([fault]) => (ALLOWED_IN_TESTS.includes(fault) ? [] : [fault])),
    )
  })

  test('CHECK-7 lets only the parsers of ids assert a type', () => {
    const [, text] = BROKEN_MODULES.find(([fault]) => fault.includes('type-assertions')) ?? ['', '']
    const faults = faultsIn(
      new Map([
        ['src/domain/ids.ts', text],
        ['src/domain/other.ts', text],
      ]),
    )
    expect(faults.map(({ filename }) => filename)).toEqual(['src/domain/other.ts'])
  })

  test('CHECK-8 judges each part by its own tsconfig.json: what runs in browsers knows other globals', () => {
    const text = `export const title = document.title\nexport const folder = process.cwd()\nexport const planted: string = 1\n`
    const faults = faultsIn(new Map(PROJECTS.map(({ sources }) => [`${sources}/planted.ts`, text] as const)))
    for (const { sources, knows } of PROJECTS) {
      const messages = faults
        .filter(({ filename, code }) => filename === `${sources}/planted.ts` && code.includes('(TS'))
        .map(({ message }) => message)
      expect([sources, ...messages.toSorted()]).toEqual([
        sources,
        ...['document', 'process']
          .filter((name) => !knows.includes(name))
          .map((name) => expect.stringContaining(`Cannot find name '${name}'`)),
        expect.stringContaining('not assignable'),
      ])
    }
  })

  test('CHECK-8 leaves no file to the defaults: each belongs to a project', () => {
    const paths = (output: string): string[] =>
      output
        .split(/\r?\n/)
        .filter((line) => line !== '')
        .map((line) => resolve(line))
    const known = new Set(
      PROJECTS.flatMap(({ project }) =>
        paths(execFileSync(process.execPath, [TSC, '-p', project, '--listFilesOnly'], { encoding: 'utf8' })),
      ),
    )
    const checked = paths(execFileSync(process.execPath, [OXLINT, '--debug=files'], { encoding: 'utf8' }))
    expect(checked).toContain(resolve('src/main.ts'))
    expect(checked.filter((path) => !known.has(path))).toEqual([])
  })

  test('CHECK-8 fails if there is nothing to check, or a rule that it does not know', () => {
    expect(check(new Map())).toMatchObject({ status: 1, stdout: expect.stringContaining('No files found') })
    const misspelt = readFileSync(RULES, 'utf8').replace('no-floating-promises', 'no-floating-promise')
    const { status, stdout } = check(
      new Map([
        [RULES, misspelt],
        ['src/planted.ts', SHARED],
      ]),
    )
    expect(status).toBe(1)
    expect(stdout).toContain(`Rule 'no-floating-promise' not found`)
  })
})
