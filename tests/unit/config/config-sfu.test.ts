import { expect, test } from 'vitest'
import { StartupError } from '../../../src/application/ports/system/startup-error.ts'
import { loadConfig } from '../../../src/config/load.ts'
import type { Config } from '../../../src/config/schema.ts'
import { roomRules } from '../../../src/daemon/settings.ts'

const load = (file: object, env: NodeJS.ProcessEnv = {}) =>
  loadConfig({ path: undefined, env: { CONFIG: JSON.stringify(file), ...env }, cwd: '/nowhere' })

const sfu = { urls: ['ws://127.0.0.1:8188'], secret: 'of Janus' }

/** Of the rooms that members make, and of the permanent ones. */
function modes(config: Config): unknown[] {
  const { mode, permanent } = roomRules(config)
  return [mode, ...[...permanent.values()].map((room) => room.mode)]
}

test('SFU-1 the configuration says which rooms go through a media server', () => {
  const rooms = {
    max_members: 20,
    permanent: [
      { id: 'large' },
      { id: 'small', max_members: 6 },
      { id: 'mesh', mode: 'mesh' },
      { id: 'two', max_members: 2, mode: 'sfu' },
    ],
  }
  expect(modes(load({ rooms, sfu }).config)).toEqual(['sfu', 'sfu', undefined, undefined, 'sfu'])
  expect(modes(load({ rooms: { max_members: 6 }, sfu }).config)).toEqual([undefined])
  expect(modes(load({ rooms: { max_members: 20 } }).config)).toEqual([undefined])
})

test('SFU-1 CONF-14 of rooms that do not go from member to member nobody is warned', () => {
  const warned = (file: object) => load(file).warnings.filter((warning) => warning.includes('section rooms'))
  expect(warned({ rooms: { max_members: 20 } })).toHaveLength(1)
  expect(warned({ rooms: { max_members: 20 }, sfu })).toEqual([])
  expect(warned({ rooms: { permanent: [{ id: 'hall', max_members: 20, mode: 'mesh' }] }, sfu })).toHaveLength(
    1,
  )
})

test('SFU-1 CONF-3 all that is wrong with media servers is said at once', () => {
  const faultsIn = (file: object) => {
    try {
      load(file)
    } catch (error) {
      if (error instanceof StartupError) return error.faults.join('\n')
      throw error
    }
    return ''
  }
  const faults = faultsIn({ sfu: { urls: ['http://127.0.0.1'], keepalive_ms: 90_000 } })
  expect(faults).toContain('sfu.urls[0]: found "http://127.0.0.1"')
  expect(faults).toContain('sfu.keepalive_ms: found 90000')
  expect(faultsIn({ sfu: { ...sfu, urls: ['ws://a', 'ws://a'] } })).toContain('the same URL twice')
  const missing = 'set it (here or in ROOMRTC_SFU_SECRET) to the api_secret of Janus'
  expect(faultsIn({ sfu: { urls: ['ws://a'] } })).toContain(missing)
  expect(faultsIn({ rooms: { permanent: [{ id: 'hall', mode: 'sfu' }] } })).toContain(
    '"sfu" needs a media server: set sfu.urls',
  )
})

test('SFU-1 CONF-8 the secret may be in the environment', () => {
  const { config } = load({ sfu: { urls: ['ws://a'] } }, { ROOMRTC_SFU_SECRET: 'of the environment' })
  expect(config.sfu.secret).toBe('of the environment')
})
