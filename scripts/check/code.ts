/**
 * Types and lint of a tree with a tsconfig.json (by default this one), and of the page, the package for clients and its tests
 * with media in it; the package must be built. Exit code 1 if anything is wrong.
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { ESLint } from 'eslint'
import ts from 'typescript'

const root = resolve(process.argv[2] ?? '.')
/** What runs in browsers knows other globals than the rest. */
const PROJECTS = [
  'tsconfig.json',
  'web/tsconfig.json',
  'tests/unit/web/tsconfig.json',
  'clients/typescript/tsconfig.json',
  'clients/typescript/src/media/tsconfig.json',
  'tests/integration/client-media/tsconfig.json',
]

/** Most of what either costs is to find out the types; both read them from the same programs, in half the time. */
async function main(): Promise<boolean> {
  const programs = PROJECTS.map((project) => resolve(root, project))
    .filter(existsSync)
    .map(readProgram)
  const faults = programs.flatMap((program) => ts.getPreEmitDiagnostics(program))
  process.stdout.write(ts.formatDiagnosticsWithColorAndContext(faults, host))
  // Rules would guess where types are unknown.
  if (faults.length > 0) return false

  const eslint = new ESLint({
    cwd: root,
    overrideConfigFile: resolve('eslint.config.mjs'),
    overrideConfig: {
      files: ['**/*.{ts,tsx}'],
      languageOptions: { parserOptions: { projectService: false, programs } },
    },
  })
  const results = await eslint.lintFiles('.')
  const formatter = await eslint.loadFormatter('stylish')
  process.stdout.write(await formatter.format(results))
  return results.every(({ errorCount, warningCount }) => errorCount + warningCount === 0)
}

const host: ts.FormatDiagnosticsHost = {
  getCanonicalFileName: (name) => name,
  getCurrentDirectory: () => process.cwd(),
  getNewLine: () => '\n',
}

function readProgram(project: string): ts.Program {
  const parsed = ts.getParsedCommandLineOfConfigFile(
    project,
    { noEmit: true },
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic(fault) {
        throw new Error(ts.formatDiagnostic(fault, host))
      },
    },
  )
  if (parsed === undefined || parsed.fileNames.length === 0) throw new Error(`no files in ${project}`)
  const { fileNames: rootNames, options, projectReferences } = parsed
  return ts.createProgram({ rootNames, options, ...(projectReferences && { projectReferences }) })
}

process.exitCode = (await main()) ? 0 : 1
