/** Types and lint of a tree with a tsconfig.json (by default this one). Exit code 1 if anything is wrong. */
import { resolve } from 'node:path'
import { ESLint } from 'eslint'
import ts from 'typescript'

const root = resolve(process.argv[2] ?? '.')

/** Most of what either costs is to find out the types; both read them from one program, in half the time of two. */
async function main(): Promise<boolean> {
  const program = readProgram()
  const faults = ts.getPreEmitDiagnostics(program)
  process.stdout.write(ts.formatDiagnosticsWithColorAndContext(faults, host))
  // Rules would guess where types are unknown.
  if (faults.length > 0) return false

  const eslint = new ESLint({
    cwd: root,
    overrideConfigFile: resolve('eslint.config.mjs'),
    overrideConfig: {
      files: ['**/*.ts'],
      languageOptions: { parserOptions: { projectService: false, programs: [program] } },
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

function readProgram(): ts.Program {
  const parsed = ts.getParsedCommandLineOfConfigFile(
    resolve(root, 'tsconfig.json'),
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic(fault) {
        throw new Error(ts.formatDiagnostic(fault, host))
      },
    },
  )
  if (parsed === undefined || parsed.fileNames.length === 0) throw new Error(`no files in ${root}`)
  return ts.createProgram({ rootNames: parsed.fileNames, options: parsed.options })
}

process.exitCode = (await main()) ? 0 : 1
