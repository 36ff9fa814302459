import { describe, expect, test } from 'vitest'
import { StartupError } from '../../../src/application/ports/system/startup-error.ts'
import { loadConfig } from '../../../src/config/load.ts'
import { createNetworks } from '../../../src/transport/admission/address/networks.ts'

const load = (networks: unknown) =>
  loadConfig({ path: undefined, env: { CONFIG: JSON.stringify({ proxy: { networks } }) }, cwd: '/nowhere' })

function faultsIn(networks: unknown): readonly string[] {
  try {
    load(networks)
  } catch (error) {
    if (error instanceof StartupError) return error.faults
    throw error
  }
  return []
}

describe('the networks of proxies', () => {
  test.each([
    [
      '10.0.0.0/8',
      ['10.0.0.0', '10.255.255.255', '::ffff:10.1.2.3'],
      ['11.0.0.0', '9.255.255.255', '::10.0.0.1'],
    ],
    ['192.0.2.7', ['192.0.2.7', '::ffff:192.0.2.7'], ['192.0.2.6', '192.0.2.8']],
    ['192.0.2.7/31', ['192.0.2.6', '192.0.2.7'], ['192.0.2.5', '192.0.2.8']],
    ['0.0.0.0/0', ['1.2.3.4', '::ffff:1.2.3.4'], ['::1', '2001:db8::1']],
    ['::1/128', ['::1'], ['::2', '127.0.0.1']],
    ['2001:db8::/32', ['2001:db8::', '2001:db8:ffff::1'], ['2001:db9::', '32.1.13.184']],
    ['fe80::1', ['fe80::1'], ['fe80::2']],
  ])('PROXY-13 %s has its addresses and no others', (network, inside, outside) => {
    const isProxy = createNetworks(load([network]).config.proxy.networks)
    expect(inside.filter((address) => !isProxy(address))).toEqual([])
    expect(outside.filter(isProxy)).toEqual([])
  })

  test('PROXY-13 several networks have the addresses of each, and none has none', () => {
    const isProxy = createNetworks(['10.0.0.0/8', '::1'])
    expect(['10.1.2.3', '::1', '11.1.2.3'].map(isProxy)).toEqual([true, true, false])
    expect(createNetworks([])('127.0.0.1')).toBe(false)
  })

  test.each([
    '',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/08',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '10.0.0/8',
    '10.0.0.0/255.0.0.0',
    '010.0.0.0/8',
    '::1/129',
    '[::1]',
    'fe80::1%eth0',
    'localhost',
    '*',
    ' ::1',
  ])('PROXY-13 what is no network stops the start: %j', (network) => {
    expect(faultsIn(['::1', network])).toEqual([
      expect.stringMatching(
        /^environment variable CONFIG:1:\d+ proxy\.networks\[1\]: found ".*" \(string\); allowed: network such as /,
      ),
    ])
  })

  test('PROXY-13 what is no text stops the start too', () => {
    expect(faultsIn([10])).toEqual([
      expect.stringContaining('proxy.networks[0]: found 10 (number); allowed: network'),
    ])
    expect(faultsIn('::1')).toEqual([
      expect.stringContaining('proxy.networks: found "::1" (string); allowed: array'),
    ])
  })
})
