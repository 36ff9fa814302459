import { expect, test } from 'vitest'
import { StartupError } from '../../../src/application/ports/system/startup-error.ts'
import { loadConfig } from '../../../src/config/load.ts'

const SECRET = 'a secret of thirty-two letters or more'

const load = (webhooks: object, env: NodeJS.ProcessEnv = {}) =>
  loadConfig({ path: undefined, env: { CONFIG: JSON.stringify({ webhooks }), ...env }, cwd: '/nowhere' })

function faultsIn(webhooks: object, env?: NodeJS.ProcessEnv): readonly string[] {
  try {
    load(webhooks, env)
  } catch (error) {
    if (error instanceof StartupError) return error.faults
    throw error
  }
  return []
}

test('HOOK-9 CONF-12 CONF-13 an endpoint needs a secret that nobody guesses, and it is never printed', () => {
  const url = 'https://example.org/hook'
  expect(faultsIn({ endpoints: [{ url }] })).toEqual([
    expect.stringContaining('webhooks.endpoints[0].secret'),
  ])
  const [fault = '', ...others] = faultsIn({ endpoints: [{ url, secret: 'guess me' }] })
  expect(others).toEqual([])
  expect(fault).toContain('32 characters or more, or absent with ROOMRTC_WEBHOOK_SECRET set')
  expect(fault).not.toContain('guess me')
  const own = 'x'.repeat(32)
  const env = { ROOMRTC_WEBHOOK_SECRET: SECRET }
  const { endpoints } = load({ endpoints: [{ url }, { url, secret: '' }, { url, secret: own }] }, env).config
    .webhooks
  expect(endpoints.map(({ secret }) => secret)).toEqual([SECRET, SECRET, own])
})

test.each(['ftp://example.org/', 'example.org', 'https://user:pw@example.org/', 'https://example.org/#x'])(
  'HOOK-9 %s is no URL of an endpoint',
  (url) => {
    expect(faultsIn({ endpoints: [{ url, secret: SECRET }] })).toEqual([
      expect.stringContaining('allowed: http or https URL'),
    ])
  },
)

test('HOOK-9 events are those that there are, and http to another machine is warned of', () => {
  expect(
    faultsIn({ endpoints: [{ url: 'https://example.org', secret: SECRET, events: ['call.begun'] }] }),
  ).toEqual([expect.stringContaining('"call.started"')])
  const urls = ['https://example.org/', 'http://127.0.0.1:9000/', 'http://[::1]/', 'http://example.org/']
  const { config, warnings } = load({ endpoints: urls.map((url) => ({ url, secret: SECRET })) })
  expect(config.webhooks.endpoints[0]?.events).toHaveLength(7)
  expect(warnings.filter((warning) => warning.includes('webhooks'))).toEqual([
    expect.stringContaining('webhooks.endpoints[3].url is http and on another machine'),
  ])
})
