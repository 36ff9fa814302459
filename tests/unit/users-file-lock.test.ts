import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, readdir, symlink, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, onTestFinished, test } from 'vitest'
import { account, names, newPlace } from './users-file.support.ts'

const module = new URL('../../src/infrastructure/users-file/open-file-user-store.ts', import.meta.url).href

/** Answers `open` with "held" or the fault, `close` with "closed". */
const program = `
  import { createInterface } from 'node:readline'
  import { openFileUserStore } from ${JSON.stringify(module)}
  const silent = () => {}
  const log = { debug: silent, info: silent, warn: silent, error: silent }
  const path = process.argv[1]
  let store
  console.log('ready')
  for await (const command of createInterface({ input: process.stdin })) {
    if (command === 'open') {
      try { store = await openFileUserStore({ path, log }); console.log('held') } catch (error) { console.log(error.message) }
    } else {
      await store?.close(); store = undefined; console.log('closed')
    }
  }
`

/** A second process that uses the same file. */
async function otherDaemon(path: string) {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program, path], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exited
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ask = async (command: string): Promise<string> => {
    child.stdin.write(`${command}\n`)
    const answer = await lines.next()
    return answer.done === true ? 'exited' : answer.value
  }
  await lines.next()
  return {
    pid: child.pid ?? 0,
    ask,
    kill: async () => {
      child.kill('SIGKILL')
      await exited
    },
  }
}

describe('users.txt.lock', () => {
  test('STORE-21 a second daemon on the same file is refused and told the pid of the first', async () => {
    const place = await newPlace()
    const other = await otherDaemon(place.path)
    expect(await other.ask('open')).toBe('held')
    expect((await place.faults())[0]).toContain(`pid ${other.pid}`)
    const lock = await place.content('users.txt.lock')
    expect(lock).toMatch(/^\{"pid":\d+,"start":\d+,"host":".+"\}$/)
    expect(JSON.parse(lock)).toMatchObject({ pid: other.pid, host: hostname() })
    expect(await other.ask('close')).toBe('closed')
    await place.open()
    expect(await other.ask('open')).toContain(`pid ${process.pid}`)
  })

  test('STORE-21 nor may one process open the file twice, be it by another name', async () => {
    const place = await newPlace()
    const alias = join(place.dir, 'alias')
    const [first, second] = await Promise.allSettled([place.open(), place.open()])
    expect([first.status, second.status].sort()).toEqual(['fulfilled', 'rejected'])
    await symlink(place.path, alias)
    await expect(place.open({ path: alias })).rejects.toThrow(`pid ${process.pid}`)
  })

  test('STORE-21 closing releases the lock and leaves nothing but the accounts', async () => {
    const place = await newPlace()
    const store = await place.open()
    await store.insertIfAbsent(account('alice'))
    await store.close()
    expect(await readdir(place.dir)).toEqual(['users.txt'])
    expect(await names(await place.open())).toEqual(['alice'])
  })

  test('STORE-21 a lock that has become another’s is not released', async () => {
    const place = await newPlace()
    const store = await place.open()
    await writeFile(`${place.path}.lock`, 'another')
    await store.close()
    expect(await place.content('users.txt.lock')).toBe('another')
  })

  test('STORE-22 the lock of a killed daemon is recovered, with a warning', async () => {
    const place = await newPlace()
    const other = await otherDaemon(place.path)
    await other.ask('open')
    await other.kill()
    await place.open()
    expect(place.warnings()[0]).toContain('stale lock')
    expect(JSON.parse(await place.content('users.txt.lock'))).toMatchObject({ pid: process.pid })
  })

  test.each([
    ['whose pid another process has now', { pid: 1, start: 1e15, host: hostname() }],
    ['with our own pid from an earlier life', { pid: process.pid, start: 1, host: hostname() }],
    ['with our own pid and no start time', { pid: process.pid, start: null, host: hostname() }],
  ])('STORE-22 a lock %s is stale', async (_what, holder) => {
    const place = await newPlace()
    await writeFile(`${place.path}.lock`, JSON.stringify(holder))
    await place.open()
    expect(place.warnings()).toHaveLength(1)
  })

  test.skipIf(process.platform !== 'linux')(
    'STORE-22 a lock whose daemon has died and was not yet waited for is stale',
    async () => {
      const place = await newPlace()
      // `sleep` takes the shell's place and never waits for the shell's child.
      const parent = spawn('sh', ['-c', 'exec 3<&0; (read x <&3) & echo $!; exec sleep 600'], {
        stdio: ['pipe', 'pipe', 'ignore'],
      })
      onTestFinished(() => {
        parent.kill('SIGKILL')
      })
      const pid = String((await once(createInterface({ input: parent.stdout }), 'line')).at(0))
      await expect.poll(() => readFile(`/proc/${parent.pid ?? 0}/comm`, 'utf8')).toBe('sleep\n')
      const fields = async () =>
        (await readFile(`/proc/${pid}/stat`, 'latin1')).split(') ')[1]?.split(' ') ?? []
      parent.stdin.end()
      await expect.poll(async () => (await fields())[0]).toBe('Z')
      const start = Number((await fields())[19])
      await writeFile(`${place.path}.lock`, JSON.stringify({ pid: Number(pid), start, host: hostname() }))
      await place.open()
      expect(place.warnings()[0]).toContain('stale lock')
    },
  )

  test('STORE-22 of two daemons that find a stale lock at once exactly one gets the file', async () => {
    const place = await newPlace()
    const pair = await Promise.all([otherDaemon(place.path), otherDaemon(place.path)])
    for (let round = 0; round < 20; round += 1) {
      await writeFile(`${place.path}.lock`, JSON.stringify({ pid: 1, start: 1e15 + round, host: hostname() }))
      const answers = await Promise.all(pair.map(({ ask }) => ask('open')))
      expect(answers.filter((answer) => answer === 'held')).toHaveLength(1)
      expect(answers.filter((answer) => answer.includes('in use by the daemon'))).toHaveLength(1)
      await Promise.all(pair.map(({ ask }) => ask('close')))
    }
    expect((await readdir(place.dir)).sort()).toEqual(['users.txt'])
  })

  test.each([
    ['of another host', JSON.stringify({ pid: 7, start: 1, host: 'elsewhere' }), 'on host elsewhere'],
    ['that this daemon did not write', 'do not start, Zoë', 'did not write'],
    ['that is JSON but no lock', '{"pid":"7"}', 'did not write'],
  ])('STORE-23 a lock %s is refused with the cure', async (_what, content, cause) => {
    const place = await newPlace()
    const path = `${place.path}.lock`
    await writeFile(path, content)
    const [fault] = await place.faults()
    expect(fault).toContain(cause)
    expect(fault).toContain(`delete ${path}`)
    expect(await readFile(path, 'utf8')).toBe(content)
  })

  test.each(['', '\0\0\0\0'])(
    'STORE-23 an empty lock, as a power failure leaves it, is stale: %j',
    async (content) => {
      const place = await newPlace()
      await writeFile(`${place.path}.lock`, content)
      await place.open()
      expect(place.warnings()).toHaveLength(1)
    },
  )
})
