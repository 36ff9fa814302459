import { describe, expect, test } from 'vitest'
import { StartupError } from '../../src/application/ports/startup-error.ts'
import { loadConfig } from '../../src/config/load.ts'

const loadText = (text: string) => loadConfig({ path: undefined, env: { CONFIG: text }, cwd: '/nowhere' })
const load = (file: object) => loadText(JSON.stringify(file))

function faultsIn(file: object | string): readonly string[] {
  try {
    if (typeof file === 'string') loadText(file)
    else load(file)
  } catch (error) {
    if (error instanceof StartupError) return error.faults
    throw error
  }
  return []
}

describe('the configuration', () => {
  test.each(['['.repeat(100_000), '{"a":'.repeat(20_000) + '1' + '}'.repeat(20_000)])(
    'CONF-4 a text that is nested without end is refused like any other',
    (text) => {
      expect(faultsIn(text)).toEqual(['environment variable CONFIG: nested too deeply to be a configuration'])
    },
  )

  test.each(['', '[::1]', 'tcp://h', 'a b'])(
    'CONF-6 what cannot be an address is refused: %j',
    (bind_address) => {
      expect(faultsIn({ server: { bind_address } })).toEqual([
        expect.stringContaining('allowed: IP address without brackets, or host name'),
      ])
    },
  )

  test('CONF-6 of a long value the beginning is told', () => {
    const [fault] = faultsIn({ server: { port: 'x'.repeat(10_000) } })
    expect(fault).toContain('server.port: found "xxx')
    expect(fault?.length).toBeLessThan(250)
  })

  test('CONF-14 a host name that only looks like the loopback address is warned of', () => {
    expect(load({ server: { bind_address: '127.example.org' } }).warnings).toEqual([
      expect.stringContaining('server.bind_address is 127.example.org'),
    ])
  })
})
