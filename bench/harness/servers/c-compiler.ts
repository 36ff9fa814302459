import { execFileSync, spawnSync } from 'node:child_process'

const COMPILER = 'cc'

/** Why nothing can be compiled on this machine; undefined where it can. */
export function lacksCCompiler(): string | undefined {
  const works = spawnSync(COMPILER, ['--version']).status === 0
  return works ? undefined : `there is no C compiler (${COMPILER}) on this machine`
}

/** Throws if the compiler finds fault with it. */
export function compileC(source: string, program: string): void {
  execFileSync(COMPILER, ['-O2', '-std=c11', '-Wall', '-Wextra', '-Werror', '-o', program, source])
}
