import { describe, expect, test } from 'vitest'
import { readInput } from '../../../src/cli/call/input.ts'
import { rosterOf } from '../../../src/cli/call/roster.ts'
import { render, type View } from '../../../src/cli/call/view.ts'
import { httpBase, serverUrl } from '../../../src/cli/sign-in/server-url.ts'

const user = (username: string, state: 'Available' | 'Busy' | 'Disconnected' = 'Available') => ({
  id: username,
  username,
  state,
})

const view: View = {
  me: 'alice',
  connection: { name: 'online' },
  roster: [],
  call: undefined,
  news: ['logged in'],
}

describe('what is typed', () => {
  test('TERM-2 a word may be shortened as long as it is clear', () => {
    expect(readInput('a')).toEqual({ ok: true, value: { do: 'accept' } })
    expect(readInput('  CALL  bob smith ')).toEqual({ ok: true, value: { do: 'call', what: 'bob smith' } })
    expect(readInput('h')).toEqual({ ok: false, error: '"h" may be hangup or hold or help' })
    expect(readInput('')).toEqual({ ok: true, value: { do: 'nothing' } })
  })

  test('TERM-2 what is no command, and what lacks its name, is told', () => {
    expect(readInput('dance')).toEqual({ ok: false, error: '"dance" is no command; help lists them' })
    expect(readInput('call')).toEqual({ ok: false, error: 'call needs something after it; help shows what' })
  })
})

describe('the screen', () => {
  test('TERM-1 others stand there with their presence: those who are there first, then by name', () => {
    const users = [
      user('zoe'),
      user('bob', 'Disconnected'),
      user('carl', 'Busy'),
      user('alice'),
      user('anna'),
    ]
    const roster = rosterOf(users, 'alice', '')
    expect(roster.map(({ username }) => username)).toEqual(['anna', 'zoe', 'carl', 'bob'])
    expect(render({ ...view, roster }, 20, 24)).toEqual(
      expect.arrayContaining(['● anna  ◐ carl', '● zoe   ○ bob']),
    )
    expect(rosterOf(users, 'alice', 'z')).toEqual([user('zoe')])
  })

  test('TERM-1 no line is wider and no picture higher than the terminal, however many are there', () => {
    const roster = Array.from({ length: 500 }, (_, index) => user(`somebody with a long name ${index}`))
    const lines = render({ ...view, roster, news: Array.from({ length: 50 }, () => 'x'.repeat(200)) }, 60, 20)
    expect(lines.length).toBeLessThan(20)
    for (const line of lines) expect(Array.from(line).length).toBeLessThanOrEqual(60)
    expect(lines.join('\n')).toMatch(/and \d+ more/)
  })

  test('TERM-3 a call shows who, for how long, and who holds it', () => {
    const side = { onHold: false, audioMuted: false, videoMuted: false }
    const ongoing = { own: side, peer: side, peerAway: false }
    const shown = (state: NonNullable<View['call']>['state']) =>
      render({ ...view, call: { peer: 'bob', state, durationMs: 61_250, chat: false } }, 80, 24).join('\n')
    expect(shown({ name: 'ringing-in', expiresAt: undefined })).toContain('bob calls: accept or decline')
    expect(shown({ name: 'active', ...ongoing })).toContain('in a call with bob  1:01')
    expect(shown({ name: 'active', ...ongoing, peerAway: true })).toContain('(reconnecting)')
    expect(shown({ name: 'held', by: 'peer', ...ongoing })).toContain('held by bob')
    expect(shown({ name: 'ended', reason: 'hangup', durationMs: 5000 })).toContain('ended: hangup, 0:05')
  })
})

describe('the address', () => {
  test.each([
    ['127.0.0.1:8080', 'tcp://127.0.0.1:8080'],
    ['tls://[::1]:8443', 'tls://[::1]:8443'],
    ['ws://example.org', 'ws://example.org/ws'],
    ['https://example.org:444/signaling', 'wss://example.org:444/signaling'],
  ])('TERM-4 %s is taken as %s', (text, url) => {
    expect(serverUrl(text).href).toBe(url)
  })

  test.each(['example.org', 'ftp://example.org:21', 'tcp://:8080', '::1'])(
    'TERM-4 %s is none, and why',
    (text) => {
      expect(() => serverUrl(text)).toThrow(`"${text}" is no address of a server`)
    },
  )

  test('TERM-4 the HTTP port beside a WebSocket is known, that beside TCP is not', () => {
    expect(httpBase(serverUrl('wss://example.org/ws'))?.href).toBe('https://example.org/')
    expect(httpBase(serverUrl('example.org:8080'))).toBeUndefined()
  })
})
