import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeSelfSigned } from '../../../scripts/support/write-self-signed.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'
import type { Party, Place, StartParty } from './party.ts'
import { buildC, hasCompiler, hasPython, hasValgrind, SANITIZERS, startC, startPython } from './programs.ts'
import { startTypeScript } from './typescript-party.ts'

const SDP = String.raw`v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=Grüße "🙂" \\ \r\n`

const ends = endsAfterEach()
const directory = mkdtempSync(join(tmpdir(), 'roomrtc-clients-'))
let tls: { cert_path: string; key_path: string }

beforeAll(async () => {
  tls = await writeSelfSigned(directory)
  if (hasCompiler) buildC(join(directory, 'asan'), SANITIZERS)
  if (hasCompiler && hasValgrind) buildC(join(directory, 'plain'), '-O1 -g')
})

afterAll(() => {
  rmSync(directory, { recursive: true, force: true })
})

const startSanitized = startC([join(directory, 'asan', 'call')])
const startUnderValgrind = startC([
  'valgrind',
  '--quiet',
  '--error-exitcode=9',
  '--leak-check=full',
  join(directory, 'plain', 'call'),
])

async function open(transport: 'TCP' | 'TLS'): Promise<Place> {
  const overTls = transport === 'TLS'
  const daemon = await startTestDaemon(overTls ? { server: { enable_tls: true, ...tls } } : {})
  ends.push(() => daemon.stop())
  return { port: daemon.port, ca: overTls ? tls.cert_path : undefined }
}

/** alice calls bob, which is said to ring (CALL-20), they say all that there is to say, and bob hangs up. */
async function wholeCall(alice: Party, bob: Party): Promise<void> {
  await Promise.all([alice.says('here alice'), bob.says('here bob')])
  alice.tell('call bob')
  await Promise.all([alice.says('ringing bob'), bob.says('incoming alice')])
  await alice.says('alerting bob')
  alice.tell('candidate of a caller who is early')
  bob.tell('accept')
  await Promise.all([alice.says('active caller'), bob.says('active callee')])
  await bob.says('candidate of a caller who is early')
  alice.tell(`offer ${SDP}`)
  await bob.says(`offer ${SDP}`)
  bob.tell(`answer ${SDP}`)
  await alice.says(`answer ${SDP}`)
  alice.tell('hold on')
  await bob.says('peer hold on mute off')
  alice.tell('mute on')
  await bob.says('peer hold on mute on')
  alice.tell('cut')
  await Promise.all([alice.says('resumed'), bob.says('peer back')])
  bob.tell('candidate ')
  await alice.says('candidate ')
  bob.tell('hangup')
  await Promise.all([alice.says('ended hangup'), bob.says('ended hangup')])
  expect(await Promise.all([alice.leaves(), bob.leaves()])).toEqual([0, 0])
}

describe.skipIf(!hasPython || !hasCompiler)('a whole call', () => {
  test.each<[who: string, transport: 'TCP' | 'TLS', caller: StartParty, callee: StartParty]>([
    ['Python calls C', 'TCP', startPython, startSanitized],
    ['C calls Python', 'TLS', startSanitized, startPython],
    ['Python calls TypeScript', 'TLS', startPython, startTypeScript],
    ['TypeScript calls Python', 'TCP', startTypeScript, startPython],
    ['C calls TypeScript', 'TCP', startSanitized, startTypeScript],
    ['TypeScript calls C', 'TLS', startTypeScript, startSanitized],
  ])('PY-1 C-1 %s over %s', async (_, transport, caller, callee) => {
    const place = await open(transport)
    await wholeCall(await caller(ends, place, 'alice'), await callee(ends, place, 'bob'))
  })

  test.skipIf(!hasValgrind)(
    'C-6 under valgrind nothing is found, over TLS',
    { timeout: 60_000 },
    async () => {
      const place = await open('TLS')
      const alice = await startUnderValgrind(ends, place, 'alice')
      await wholeCall(alice, await startPython(ends, place, 'bob'))
    },
  )
})
