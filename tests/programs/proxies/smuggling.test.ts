import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { startHttpDaemon } from '../../support/house/http-daemon.ts'
import { canRun } from '../program.ts'
import { haproxyBefore, nginxBefore } from './proxies.ts'
import { visitor } from './visitor.ts'

const ends = endsAfterEach()
const afterwards = (end: () => unknown): unknown => ends.push(end)

/** Would make an account, if anybody took it for a request. */
const person = { username: 'smuggled', password: 'a long password' }
const body = JSON.stringify(person)
const hidden = [
  'POST /api/users/register HTTP/1.1',
  'Host: a',
  'Content-Type: application/json',
  `Content-Length: ${body.length}`,
  '',
  body,
].join('\r\n')

/** A request of the given length lines whose body hides the other. */
function asked(lines: readonly string[], rest: string): string {
  return ['POST /health HTTP/1.1', 'Host: a', 'Content-Type: application/json', ...lines, '', rest].join(
    '\r\n',
  )
}

const afterTheEnd = `0\r\n\r\n${hidden}`
const inAChunk = `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`

const attacks = {
  'CL.TE': asked([`Content-Length: ${afterTheEnd.length}`, 'Transfer-Encoding: chunked'], afterTheEnd),
  'TE.CL': asked(['Content-Length: 4', 'Transfer-Encoding: chunked'], inAChunk),
  'two lengths': asked(['Content-Length: 0', `Content-Length: ${hidden.length}`], hidden),
  'an encoding with a space before the colon': asked(
    [`Content-Length: ${afterTheEnd.length}`, 'Transfer-Encoding : chunked'],
    afterTheEnd,
  ),
}

const proxies = [
  { program: 'haproxy', before: haproxyBefore },
  { program: 'nginx', before: nginxBefore },
]

describe.each(proxies)('requests smuggled through $program', ({ program, before }) => {
  test.skipIf(!canRun(program)).for(Object.entries(attacks))(
    'DEPLOY-12 %s: what is hidden in a body is no request, and others get their own answers',
    async ([, attack]) => {
      const { base, daemon, httpPort } = await startHttpDaemon(ends, {
        proxy: { networks: ['127.0.0.1'] },
      })
      const proxy = await before({ port: daemon.port, httpPort }, afterwards)
      const door = { port: proxy.web, secure: true }
      const attacker = visitor(door, '127.0.0.9', ends).raw()
      attacker.end(attack)
      const answers = (await text(attacker)).split(/(?=HTTP\/1\.[01] \d)/)
      expect(answers).toHaveLength(1)
      expect(answers[0]).toMatch(/^HTTP\/1\.[01] 4\d\d /)
      // On the connections that the proxy has to the daemon nothing is left that would be put before theirs.
      const victim = visitor(door, '127.0.0.10', ends)
      for (let i = 0; i < 5; i += 1) {
        expect(await victim.ask('GET', '/health')).toMatchObject({ status: 200, body: { status: 'ok' } })
      }
      const made = await fetch(`${base}/api/users/register`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body,
      })
      expect(made.status).toBe(201)
    },
  )
})
