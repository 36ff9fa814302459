import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, onTestFinished, test } from 'vitest'
import { account, names, newPlace } from './rig.ts'

const module = new URL('../../../src/infrastructure/users-file/open-file-user-store.ts', import.meta.url).href

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

/** A second process that uses the same file. `under`: a command that starts it. */
async function otherDaemon(path: string, under: readonly string[] = []) {
  const [command = '', ...args] = [
    ...under,
    process.execPath,
    ...['--import', 'tsx', '--input-type=module', '-e', program, path],
  ]
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
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

const locks = async (place: { readonly dir: string }) =>
  (await readdir(place.dir)).filter((name) => name.includes('lock'))

describe('the lock of users.txt', () => {
  test('STORE-21 a second daemon on the same file is refused and told the pid of the first', async () => {
    const place = await newPlace()
    const other = await otherDaemon(place.path)
    expect(await other.ask('open')).toBe('held')
    expect((await place.faults())[0]).toContain(`pid ${other.pid}`)
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

  test.skipIf(process.platform !== 'linux')(
    'STORE-21 a directory whose path is longer than the address of a socket is locked as any other',
    async () => {
      const { dir } = await newPlace()
      const path = join(dir, ...Array<string>(4).fill('a-rather-long-name-of-a-directory'), 'users.txt')
      const place = await newPlace()
      await place.open({ path })
      const other = await otherDaemon(path)
      expect(await other.ask('open')).toContain(`pid ${process.pid}`)
    },
  )

  test('STORE-22 the lock of a killed daemon is recovered, with a warning', async () => {
    const place = await newPlace()
    const other = await otherDaemon(place.path)
    await other.ask('open')
    const [left] = await locks(place)
    await other.kill()
    expect(await locks(place)).toEqual([left])
    await place.open()
    expect(place.warnings()[0]).toContain('stale lock')
    expect(await locks(place)).not.toContain(left)
  })

  test.skipIf(!canUnshare())(
    'STORE-21 STORE-22 daemons in containers on one volume see each other, whatever they are called',
    async () => {
      const place = await newPlace()
      // Process ids and host names of their own, as in containers.
      const container = ['unshare', '--pid', '--uts', '--fork', '--kill-child']
      const first = await otherDaemon(place.path, container)
      const second = await otherDaemon(place.path, [
        ...container,
        'sh',
        '-c',
        'hostname recreated; exec "$@"',
        'sh',
      ])
      expect(await first.ask('open')).toBe('held')
      expect(await second.ask('open')).toContain('in use by the daemon')
      await first.kill()
      expect(await second.ask('open')).toBe('held')
    },
  )

  test('STORE-22 of two daemons that find a stale lock at once exactly one gets the file', async () => {
    const place = await newPlace()
    const pair = await Promise.all([otherDaemon(place.path), otherDaemon(place.path)])
    for (let round = 0; round < 10; round += 1) {
      await deadSocket(`${place.path}.lock.${'0f'[round % 2]}000`)
      const answers = await Promise.all(pair.map(({ ask }) => ask('open')))
      expect(answers.filter((answer) => answer === 'held')).toHaveLength(1)
      expect(answers.filter((answer) => answer.includes('in use by'))).toHaveLength(1)
      await Promise.all(pair.map(({ ask }) => ask('close')))
    }
    expect((await readdir(place.dir)).sort()).toEqual(['users.txt'])
  })

  test('STORE-23 the lock of an older version is refused with the cure', async () => {
    const place = await newPlace()
    const path = `${place.path}.lock`
    await writeFile(path, '{"pid":7,"start":1,"host":"elsewhere"}')
    const [fault] = await place.faults()
    expect(fault).toContain(`${path} is the lock of an older version`)
    expect(await readdir(place.dir)).toContain('users.txt.lock')
  })
})

/** What a killed process leaves of a socket. */
async function deadSocket(path: string): Promise<void> {
  const child = spawn(process.execPath, [
    '-e',
    `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`,
  ])
  await once(child, 'exit')
}

function canUnshare(): boolean {
  return spawnSync('unshare', ['--pid', '--uts', '--fork', 'true']).status === 0
}
