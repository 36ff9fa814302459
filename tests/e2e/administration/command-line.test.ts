import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeSelfSigned } from '../../../scripts/support/self-signed.ts'
import { VERSION } from '../../../src/daemon/version.ts'
import { runProgram } from '../../support/programs/run-program.ts'

let cwd = ''
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'roomrtc-'))
})
afterEach(() => rm(cwd, { recursive: true }))

const run = (...args: readonly string[]) => runProgram(args, { cwd })

describe('the command line', () => {
  test.each([['--version'], ['-V']])('CLI-1 %s prints the version', async (option) => {
    expect(await run(option)).toEqual({ code: 0, out: `${VERSION}\n`, err: '' })
  })

  test.each([['--help'], ['-h']])('CLI-1 %s prints every option', async (option) => {
    const { code, out, err } = await run(option)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/^Usage: roomrtc-server .*\[config\]/)
    for (const named of ['--check', '--version', '--help']) expect(out).toContain(named)
  })

  test.each([
    ['a mistyped option', ['--chek'], /unknown option '--chek'\n\(Did you mean --check\?\)/],
    ['a second path', ['a.json', 'b.json'], /too many arguments/],
  ])('CLI-2 %s is refused with 2, and nothing starts', async (_, args, said) => {
    const { code, out, err } = await run(...args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(said)
    expect(await readdir(cwd)).toEqual([])
  })

  test('CLI-2 a path after -- is a configuration, whatever it looks like', async () => {
    const { code, err } = await run('--', '--check')
    expect(code).toBe(1)
    expect(err).toContain('--check: no such file')
  })
})

describe('--check', () => {
  const write = (config: object) => writeFile(join(cwd, 'server_config.json'), JSON.stringify(config))

  test('CLI-3 a good configuration: its warnings, exit code 0, and nothing is made', async () => {
    await write({
      server: { bind_address: '0.0.0.0' },
      persistence: { data_directory: 'data' },
      logging: { enable_file: true },
    })
    const { code, out, err } = await run('--check')
    expect({ code, out }).toEqual({ code: 0, out: 'server_config.json: no faults, warnings: 1\n' })
    expect(err).toMatch(/^warning: server\.bind_address is 0\.0\.0\.0/)
    expect(await readdir(cwd)).toEqual(['server_config.json'])
  })

  test('CLI-3 every fault at once, and exit code 1', async () => {
    await write({ server: { prot: 1, port: 'x' } })
    const { code, out, err } = await run('--check', 'server_config.json')
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(/server\.prot: unknown key.*\n.*server\.port: found "x"/)
  })

  test('CLI-3 a certificate that cannot be used is a fault, one that soon expires a warning', async () => {
    const { cert, key } = await makeSelfSigned({ commonName: 'localhost', days: 1 })
    const { key: stranger } = await makeSelfSigned({ commonName: 'localhost', days: 90 })
    await writeFile(join(cwd, 'cert.pem'), cert)
    await writeFile(join(cwd, 'key.pem'), key)
    await write({ server: { enable_tls: true, cert_path: 'cert.pem', key_path: 'key.pem' } })
    const soon = await run('--check')
    expect(soon.code).toBe(0)
    expect(soon.err).toContain('certificate expires')

    await writeFile(join(cwd, 'key.pem'), stranger)
    const wrong = await run('--check')
    expect(wrong.code).toBe(1)
    expect(wrong.err).toContain('key.pem')
  })
})
