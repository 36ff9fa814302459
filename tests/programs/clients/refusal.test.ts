import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeIssued } from '../../support/certificates.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'
import type { StartParty } from './party.ts'
import { hasCompiler, hasPython, startPython, useSanitizedC } from './programs.ts'

const SIGNALS_A_MINUTE = 60
const TOO_MANY = 4

const ends = endsAfterEach()
const { directory, startSanitized } = useSanitizedC()

async function start(config: Parameters<typeof startTestDaemon>[0] = {}): Promise<{ port: number }> {
  const daemon = await startTestDaemon(config)
  ends.push(() => daemon.stop())
  return { port: daemon.port }
}

describe.skipIf(!hasPython || !hasCompiler)('what is refused', () => {
  test.each<[who: string, start: StartParty]>([
    ['PY-4 Python', startPython],
    ['C-4 C', startSanitized],
  ])('%s: a login or an account that is refused tells the reason of the server', async (_, startParty) => {
    const place = await start()
    const alice = await startParty(ends, place, 'alice')
    await alice.says('here alice')
    const again = await startParty(ends, place, 'alice')
    await again.says('refused username_taken')
    const wrong = await startParty(ends, place, 'alice', { secret: 'guessed', registers: false })
    await wrong.says('refused invalid_credentials')
    alice.tell('call nobody')
    await alice.says('refused user_not_found')
    expect(await alice.leaves()).toBe(0)
  })

  test.each<[who: string, start: StartParty]>([
    ['PY-5 Python', startPython],
    ['C-5 C', startSanitized],
  ])('%s: a certificate for another name is refused', async (_, startParty) => {
    const { cert, key, issuer } = await makeIssued({ names: ['elsewhere.example'] })
    const [cert_path, key_path, ca] = ['cert.pem', 'key.pem', 'ca.pem'].map((name) => join(directory, name))
    if (cert_path === undefined || key_path === undefined || ca === undefined) throw new Error('three paths')
    writeFileSync(cert_path, cert)
    writeFileSync(key_path, key, { mode: 0o600 })
    writeFileSync(ca, issuer)
    const { port } = await start({ server: { enable_tls: true, cert_path, key_path } })
    const alice = await startParty(ends, { port, ca }, 'alice')
    expect(await alice.leaves()).toBe(1)
    expect(alice.lines.join()).not.toContain('here')
  })

  test.each<[who: string, start: StartParty]>([
    ['PY-6 Python', startPython],
    ['C-7 C', startSanitized],
  ])('%s: a candidate over the rate is sent again when it may be', async (_, startParty) => {
    const place = await start({ rate_limits: { signals_per_minute: SIGNALS_A_MINUTE } })
    const [alice, bob] = [await startParty(ends, place, 'alice'), await startPython(ends, place, 'bob')]
    await Promise.all([alice.says('here alice'), bob.says('here bob')])
    alice.tell('call bob')
    await bob.says('incoming alice')
    bob.tell('accept')
    await alice.says('active caller')
    const sent = Array.from({ length: SIGNALS_A_MINUTE + TOO_MANY }, (__, i) => `candidate ${i}`)
    for (const candidate of sent) alice.tell(candidate)
    await expect
      .poll(() => bob.lines.filter((line) => line.startsWith('candidate')).toSorted())
      .toEqual(sent.toSorted())
  })
})
