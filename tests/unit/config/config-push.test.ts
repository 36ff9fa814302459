import { expect, test } from 'vitest'
import { StartupError } from '../../../src/application/ports/system/startup-error.ts'
import { loadConfig } from '../../../src/config/load.ts'

function faultsIn(push: object): readonly string[] {
  try {
    loadConfig({ path: undefined, env: { CONFIG: JSON.stringify({ push }) }, cwd: '/nowhere' })
  } catch (error) {
    if (error instanceof StartupError) return error.faults
    throw error
  }
  return []
}

test('PUSH-12 where devices are woken the push services need somebody to ask', () => {
  expect(faultsIn({ enabled: true })).toEqual([expect.stringContaining('set push.contact')])
  for (const contact of ['mailto:admin@example.org', 'https://example.org/contact'])
    expect(faultsIn({ enabled: true, contact })).toEqual([])
  expect(faultsIn({ contact: 'admin@example.org' })).toEqual([
    expect.stringContaining('allowed: mailto: and an address, or an https URL, or empty'),
  ])
})

test.each(['fcm.googleapis.com', '*.push.apple.com', '*', '127.0.0.1', '::1', 'localhost'])(
  'PUSH-3 %s is a push service that a configuration may allow',
  (host) => {
    expect(faultsIn({ allowed_hosts: [host] })).toEqual([])
  },
)

test.each(['https://fcm.googleapis.com', 'Example.org', '*.', 'a.*.org', '', 'a:1/x'])(
  'PUSH-3 "%s" is none',
  (host) => {
    expect(faultsIn({ allowed_hosts: [host] })).toEqual([expect.stringContaining('push.allowed_hosts[0]')])
  },
)
