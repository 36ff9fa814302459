import { expect, test } from 'vitest'
import { endsAfterEach } from '../support/ends.ts'
import { startHttpDaemon } from '../support/house/http-daemon.ts'
import { converse, type Conversing } from '../support/programs/conversing.ts'
import { runProgram } from '../support/programs/run-program.ts'

const ends = endsAfterEach()
const password = { ROOMRTC_PASSWORD: 'a password that is long enough' }

function start(args: readonly string[]): Conversing {
  const program = converse(args, password)
  ends.push(() => program.child.kill('SIGKILL'))
  return program
}

async function house(config = {}) {
  const { daemon, base } = await startHttpDaemon(ends, config)
  const tcp = `127.0.0.1:${daemon.port}`
  return {
    tcp,
    ws: base,
    bot: async (...options: string[]) => {
      const bot = start(['bot', tcp, '--user', 'bob', '--register', '--json', ...options])
      await bot.until(/"event":"here"/)
      return bot
    },
    person: async (name = 'alice') => {
      const person = start(['call', tcp, '--user', name, '--register'])
      await person.until(new RegExp(`logged in as ${name}`))
      return person
    },
  }
}

test('BOT-2 TERM-5 a bot plays its script in a call from the terminal: it accepts, holds and hangs up', async () => {
  const { bot, person } = await house()
  const bob = await bot('--script', 'accept, wait 0.2, hold, wait 0.2, unhold, wait 0.2, hangup', '--once')
  const alice = await person()
  alice.type('call bob')
  await alice.until(/^calling bob/)
  await alice.until(/^in a call with bob/)
  await alice.until(/^held by bob/)
  await alice.until(/^in a call with bob/)
  await alice.until(/^call with bob ended: hangup/)
  await bob.until(/"do":"hangup"/)
  expect(await bob.ended()).toBe(0)
  alice.type('who')
  await alice.until(/^bob is Disconnected/)
  alice.type('quit')
  expect(await alice.ended()).toBe(0)
})

test('BOT-2 a bot declines, and another lets it ring until the caller takes it back', async () => {
  const { bot, person } = await house()
  const decliner = await bot('--script', 'decline', '--once')
  const alice = await person()
  alice.type('call bob')
  await alice.until(/ended: declined/)
  expect(await decliner.ended()).toBe(0)
  const ignorer = await bot('--script', 'ignore')
  alice.type('call bob')
  await ignorer.until(/"event":"rings"/)
  alice.type('hangup')
  await alice.until(/ended: /)
  await ignorer.until(/"name":"ended"/)
  ignorer.child.kill('SIGINT')
  expect(await ignorer.ended()).toBe(0)
})

test('BOT-3 TERM-3 what is said to an echo comes back, peer to peer', async () => {
  const { bot, person } = await house()
  await bot('--script', 'echo')
  const alice = await person()
  alice.type('call bob')
  await alice.until(/^the line to bob is open/)
  alice.type('say good morning')
  await alice.until(/^you: good morning/)
  await alice.until(/^bob: good morning/)
  alice.type('hangup')
  await alice.until(/ended: hangup/)
})

test('BOT-4 a bot calls, is declined with exit code 1, and accepted plays its script', async () => {
  const { bot, person } = await house()
  const alice = await person()
  const declined = await bot('--call', 'alice', '--script', 'hangup')
  await alice.until(/^bob calls/)
  alice.type('decline')
  expect(await declined.ended()).toBe(1)
  const accepted = await bot('--call', 'alice', '--script', 'wait 0.1, hangup')
  await alice.until(/^bob calls/)
  alice.type('accept')
  await alice.until(/^in a call with bob/)
  await alice.until(/ended: hangup/)
  expect(await accepted.ended()).toBe(0)
})

test('TERM-6 a guest comes over a WebSocket; over TCP and with a wrong password one is told why not', async () => {
  const { ws, tcp, person } = await house({ security: { guests: true } })
  const mia = start(['call', ws, '--guest', 'mia'])
  await mia.until(/^logged in as mia/)
  const alice = await person()
  alice.type('call mia')
  await mia.until(/^alice calls/)
  mia.type('accept')
  await alice.until(/^in a call with mia/)

  const [noHttp, wrong] = await Promise.all([
    runProgram(['call', tcp, '--guest', 'mia'], { cwd: '.' }),
    runProgram(['call', tcp, '--user', 'alice'], { cwd: '.', input: 'not her password\n' }),
  ])
  expect(noHttp).toMatchObject({ code: 1, err: expect.stringContaining('needs the HTTP port') })
  expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('Invalid credentials') })
})

test('BOT-1 a step that is none is named before anything is connected', async () => {
  const { code, err } = await runProgram(['bot', '127.0.0.1:1', '--script', 'accept, sing'], { cwd: '.' })
  expect(code).toBe(2)
  expect(err).toContain('"sing" is no step of a script: expected wait SECONDS, accept, decline')
})
