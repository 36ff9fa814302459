import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { z } from 'zod'
import { checkServer } from '../../../src/cli/conformance/server/check-server.ts'
import { askForOffer, type Offer } from '../../../src/cli/conformance/server/offer.ts'
import { openTcp } from '../../../src/cli/conformance/server/open-connection.ts'
import { count, sumUp } from '../../../src/cli/conformance/report/sum-up.ts'
import type { Daemon } from '../../../src/daemon/daemon.ts'
import { fault, startFaultyProxy } from '../../support/conformance/faulty-proxy.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'
import { unlessSplit } from '../../support/nodes/unless-on-nodes.ts'

// The kit asks for lists of users as soon as it has registered them.
const test = unlessSplit('news')

const FAULTS = new URL('../../support/conformance/faults.json', import.meta.url)
const faults = z.array(fault).parse(JSON.parse(readFileSync(FAULTS, 'utf8')))

let daemon: Daemon
let offer: Offer
beforeAll(async () => {
  daemon = await startTestDaemon({ security: { enable_rate_limiting: false } })
  offer = await askForOffer(openTcp({ host: '127.0.0.1', port: daemon.port }), 20_000)
})
afterAll(() => daemon.stop())

describe('KIT-2 the kit finds a server that', () => {
  test.concurrent.each(faults)('$title', async ({ fails, ...planted }) => {
    const proxy = await startFaultyProxy(daemon.port, { fails, ...planted })
    try {
      const open = openTcp({ host: '127.0.0.1', port: proxy.port })
      const { findings } = await checkServer({
        open,
        offer,
        // They are in memory.
        keepAccounts: true,
        only: fails,
        deadlineMs: 1000,
        patienceMs: 0,
        atOnce: 8,
      })
      const failed = sumUp(findings).filter(({ verdict }) => verdict === 'failed')
      expect(failed.map(({ id }) => id)).toEqual(expect.arrayContaining(fails))
    } finally {
      await proxy.close()
    }
  })
})

test('KIT-1 the kit finds no fault in this server, and leaves no account behind', async () => {
  const open = openTcp({ host: '127.0.0.1', port: daemon.port })
  const check = { open, offer, deadlineMs: 20_000, patienceMs: 0, atOnce: 4 }
  const { findings, accounts } = await checkServer(check)
  const behaviours = sumUp(findings)
  expect(behaviours.filter(({ verdict }) => verdict === 'failed')).toEqual([])
  expect(count(behaviours, 'passed')).toBeGreaterThan(75)
  expect(accounts.made).toBeGreaterThan(20)
  expect(accounts.left).toEqual([])
})
