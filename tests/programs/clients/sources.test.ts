import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { nativeDigest } from '../../../src/domain/native-digest.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { run } from '../program.ts'
import { hasCompiler, hasMypy, hasPython, PYTHON, SANITIZERS } from './programs.ts'

const ROUNDS = 60_000
const SEEDS = [1, 2]

const ends = endsAfterEach()

test.skipIf(!hasMypy)('PY-7 the module and its text example are typed throughout', () => {
  const printed = run('mypy', ['--strict', 'clients/python/roomrtc.py', 'clients/python/examples/call.py'], {
    MYPYPATH: 'clients/python',
    MYPY_CACHE_DIR: '/dev/null',
  })
  expect(printed).toContain('Success')
})

test.skipIf(!hasPython)('PY-1 the digest of a password is that of native clients', () => {
  const script =
    'import roomrtc; print(roomrtc.native_digest("a pässword of some length"), roomrtc.native_digest(""))'
  const printed = run(PYTHON, ['-c', script], { PYTHONPATH: 'clients/python', PYTHONDONTWRITEBYTECODE: '1' })
  expect(printed.trim()).toBe(`${nativeDigest('a pässword of some length')} 0`)
})

test.skipIf(!hasCompiler)('C-6 no bytes of a server, random or damaged, harm the C client', () => {
  const directory = mkdtempSync(join(tmpdir(), 'roomrtc-fuzz-'))
  ends.push(() => rm(directory, { recursive: true }))
  const program = join(directory, 'fuzz')
  const flags = [...SANITIZERS.split(' '), '-std=c99', '-Wall', '-Wextra']
  run('gcc', [...flags, '-o', program, 'tests/programs/clients/fuzz.c', '-lssl', '-lcrypto'])
  for (const seed of SEEDS) {
    console.log(`seed ${seed}: ${run(program, [String(ROUNDS), String(seed)])}`)
  }
})
