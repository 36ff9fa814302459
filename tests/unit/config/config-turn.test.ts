import { describe, expect, test } from 'vitest'
import { StartupError } from '../../../src/application/ports/system/startup-error.ts'
import { loadConfig } from '../../../src/config/load.ts'

const load = (text: string, env: NodeJS.ProcessEnv = {}) =>
  loadConfig({ path: undefined, env: { ...env, CONFIG: text }, cwd: '/nowhere' }).config

/** With one TURN server. */
const turn = (fields: object) =>
  JSON.stringify({ webrtc: { turn_servers: [{ url: 'turn:h:1', ...fields }] } })

function faultsIn(text: string, env: NodeJS.ProcessEnv = {}): readonly string[] {
  try {
    load(text, env)
  } catch (error) {
    if (error instanceof StartupError) return error.faults
    throw error
  }
  return []
}

const access = 'webrtc.turn_servers[0]'

describe('access to a TURN server', () => {
  test.each([
    [
      {},
      [
        `${access}: found an object; there is no access to the server; set username and credential, or secret`,
      ],
    ],
    [
      { username: 'u', credential: 'c', secret: 's' },
      [
        `${access}: found an object; two kinds of access are given; keep either username and credential, or secret`,
      ],
    ],
    [{ username: 'u', secret: 's' }, [`${access}: found an object; two kinds of access are given`]],
    [{ credential: 'c', secret: 's' }, [`${access}: found an object; two kinds of access are given`]],
    [{ username: 'u' }, [`${access}.credential: missing; username needs a credential beside it, here or in`]],
    [{ credential: 'c' }, [`${access}.username: missing; credential needs a username beside it`]],
    [{ username: '', credential: 'c' }, [`${access}.username: found "" (string); allowed: non-empty string`]],
    [
      { secret: '' },
      [`${access}.secret: found a string, not shown because it is a secret; allowed: non-empty`],
    ],
    [{ secret: 's', url: 'h:x' }, [`${access}.url: found "h:x" (string); allowed: URL such as turn:host`]],
    [{ url: 'h:x' }, [`${access}: found an object; there is no`, `${access}.url: found "h:x" (string)`]],
    [
      { secrte: 's' },
      [`${access}: found an object; there is no`, `${access}.secrte: unknown key; did you mean`],
    ],
    [
      { secret: 's', realm: 'r' },
      [`${access}.realm: unknown key; known here: url, username, credential, secret`],
    ],
  ])('CONF-16 a TURN server has exactly one kind of access, and a whole one: %j', (entry, expected) => {
    expect(faultsIn(turn(entry))).toEqual(expected.map((part): unknown => expect.stringContaining(part)))
  })

  test('CONF-16 what is no TURN server at all is told what one is', () => {
    expect(faultsIn('{"webrtc": {"turn_servers": ["turn:h"]}}')).toEqual([
      expect.stringContaining(
        'found "turn:h" (string); allowed: object with url and either username and credential, or secret',
      ),
    ])
  })

  test('CONF-16 both kinds may stand side by side', () => {
    const servers = [
      { url: 'turn:a', username: 'u', credential: 'c' },
      { url: 'turns:b', secret: 's' },
    ]
    const text = JSON.stringify({ webrtc: { turn_servers: servers, turn_ttl_secs: 600 } })
    expect(load(text).webrtc).toMatchObject({ turn_servers: servers, turn_ttl_secs: 600 })
  })

  test.each([
    [{ username: 'u' }, { username: 'u', credential: 'C' }],
    [
      { username: 'u', credential: '' },
      { username: 'u', credential: 'C' },
    ],
    [
      { username: 'u', credential: 'own' },
      { username: 'u', credential: 'own' },
    ],
    [{}, { secret: 'S' }],
    [{ secret: '' }, { secret: 'S' }],
    [{ secret: 'own' }, { secret: 'own' }],
  ])('CONF-12 the environment gives a TURN server what its entry leaves open: %j', (entry, expected) => {
    const env = { ROOMRTC_TURN_CREDENTIAL: 'C', ROOMRTC_TURN_SECRET: 'S' }
    expect(load(turn(entry), env).webrtc.turn_servers).toEqual([{ url: 'turn:h:1', ...expected }])
  })

  test('CONF-12 of the two variables for TURN servers neither stands in for the other', () => {
    expect(faultsIn(turn({}), { ROOMRTC_TURN_CREDENTIAL: 'C', ROOMRTC_TURN_SECRET: '' })).toEqual([
      expect.stringContaining('webrtc.turn_servers[0]: found an object; there is no access to the server'),
    ])
    expect(faultsIn(turn({ username: 'u' }), { ROOMRTC_TURN_SECRET: 'S' })).toEqual([
      expect.stringContaining('webrtc.turn_servers[0].credential: missing; username needs a credential'),
    ])
    expect(faultsIn(turn({ credential: 'c' }), { ROOMRTC_TURN_SECRET: 'S' })).toEqual([
      expect.stringContaining('webrtc.turn_servers[0].username: missing; credential needs a username'),
    ])
  })
})
