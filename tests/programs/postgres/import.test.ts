import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { runProgram } from '../../support/programs/run-program.ts'
import { account, HASH, line } from '../../unit/users-file/rig.ts'
import { canRun } from '../program.ts'
import { openStore } from './rig.ts'
import { postgresServer } from './server.ts'

async function folder(): Promise<string> {
  const cwd = await mkdtemp(join(tmpdir(), 'roomrtc-'))
  onTestFinished(() => rm(cwd, { recursive: true }))
  return cwd
}

const COUNT = 20_000

describe.skipIf(!canRun('initdb', 'postgresql'))('moving to PostgreSQL', () => {
  const server = postgresServer()

  test('SQL-10 a long users.txt is taken over, again without a change, and comes out as it was', async () => {
    const url = await server().createDatabase()
    const cwd = await folder()
    const run = (...args: string[]) =>
      runProgram(['ctl', 'users', ...args], {
        cwd,
        env: { CONFIG: '{}', ROOMRTC_POSTGRES_URL: url },
      })
    const lines = Array.from({ length: COUNT }, (_, i) =>
      line(account(`user${String(i).padStart(6, '0')}`, `id-${i}`)),
    )
    lines.push(line({ ...account('zoe the last'), disabled: true }), '# a comment\n', 'nonsense\n')
    await writeFile(join(cwd, 'users.txt'), lines.join(''))
    const first = await run('import', 'users.txt')
    expect([first.code, first.out]).toEqual([1, `added ${COUNT + 1}, there already 0, refused 1\n`])
    expect(first.err).toContain(`line ${COUNT + 3} is refused`)
    const second = await run('import', 'users.txt')
    expect(second.out).toBe(`added 0, there already ${COUNT + 1}, refused 1\n`)
    await run('export', 'exported.txt')
    expect(await readFile(join(cwd, 'exported.txt'), 'utf8')).toBe(lines.slice(0, COUNT + 1).join(''))
  })

  test('SQL-10 what is there already is not changed, and each line that is refused says why', async () => {
    const url = await server().createDatabase()
    const store = await openStore(url)
    await store.insertIfAbsent(account('alice'))
    const cwd = await folder()
    const { code, out, err } = await runProgram(['ctl', 'users', 'import'], {
      cwd,
      env: { CONFIG: '{}', ROOMRTC_POSTGRES_URL: url },
      input: [
        account('alice'),
        account('alice', 'another'),
        account('bob', 'id-alice'),
        account('Alice', 'alike'),
        account('carol'),
      ]
        .map(line)
        .join(''),
    })
    expect([code, out]).toEqual([1, 'added 1, there already 1, refused 3\n'])
    expect(err).toContain('line 2 (alice) is refused: its username is taken by another account')
    expect(err).toContain('line 3 (bob) is refused: a line before it has its id')
    expect(err).toContain('line 4 (Alice) is refused: its username reads like that of another account')
    // Whoever shares the database is told of all of them.
    await expect.poll(async () => (await store.findByName('carol'))?.passwordHash).toBe(HASH)
  })
})
