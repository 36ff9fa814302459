import { spawnSync } from 'node:child_process'

/**
 * Whether tests that need the program can run; where they cannot, says so. Where they must, as on CI
 * (ROOMRTC_REQUIRE_PROGRAMS=1), they run in any case, and fail without it.
 */
export function canRun(program: string, debianPackage = program): boolean {
  if (process.env['ROOMRTC_REQUIRE_PROGRAMS'] === '1') return true
  if (spawnSync('sh', ['-c', `command -v ${program}`]).status === 0) return true
  console.warn(`tests with ${program} skipped: it is not installed (Debian package ${debianPackage})`)
  return false
}

/** What it prints, on both outputs. Throws if it ends with another exit code than 0. */
export function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): string {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    env: { ...process.env, ...env },
    encoding: 'utf8',
  })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: exit code ${status}\n${stdout}${stderr}`)
  return stdout + stderr
}
