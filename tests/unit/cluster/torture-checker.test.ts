import { describe, expect, test } from 'vitest'
import { check } from '../../support/cluster/torture/check/checker.ts'
import type { Entry } from '../../support/cluster/torture/history.ts'
import { T } from '../../support/wire/wire.ts'

const CLIENTS: Readonly<Record<string, number>> = { alice: 1, bob: 2 }

function seen(what: 'sent' | 'got', client: string, type: number, payload: object = {}): Entry {
  return { atMs: 0, client, connection: CLIENTS[client] ?? 0, what, type, payload: { ...payload } }
}

function login(client: string): readonly Entry[] {
  return [seen('got', client, T.LOGIN_RESPONSE, { success: true, user_id: client, session_token: 'token' })]
}

function joins(client: string, ...others: readonly string[]): readonly Entry[] {
  const members = others.map((user_id) => ({ user_id }))
  return [
    seen('sent', client, T.ROOM_JOIN, { room_id: 'hall' }),
    seen('got', client, T.ROOM_JOINED, { room_id: 'hall', members }),
  ]
}

function leaves(client: string): readonly Entry[] {
  return [
    seen('sent', client, T.ROOM_LEAVE, { room_id: 'hall' }),
    seen('got', client, T.ROOM_LEFT, { room_id: 'hall' }),
  ]
}

function sees(client: string, user_id: string, event: string, reason?: string): Entry {
  return seen('got', client, T.ROOM_MEMBER, { room_id: 'hall', event, member: { user_id }, reason })
}

function signal(from: string, to: string, number: number): Entry {
  const candidate = `${from} ${number}`
  return seen('sent', from, T.ICE_CANDIDATE, { call_id: 'hall', to_user_id: to, candidate })
}

function hears(client: string, from: string, number: number): Entry {
  return seen('got', client, T.ICE_CANDIDATE, { call_id: 'hall', candidate: `${from} ${number}` })
}

function resumes(client: string): Entry {
  return seen('got', client, T.RESUMED, { session_token: 'token', received: 0, call: null })
}

/** Of signals alone. One thing after another, as they stand. */
function lost(...entries: readonly (Entry | readonly Entry[])[]): readonly string[] {
  const opened = Object.entries(CLIENTS).map(
    ([client, connection]) => ({ atMs: 0, client, connection, what: 'opened', node: 'a' }) as const,
  )
  const history = [...opened, ...entries.flat()].map((entry, index) => ({ ...entry, atMs: index }))
  return check(history).filter((fault) => fault.startsWith('lost: signals'))
}

const LOST = ['lost: signals of alice: 1 about hall, of which 0 were refused']
const together = () => [login('alice'), login('bob'), joins('bob'), joins('alice', 'bob')].flat()

describe('a signal to a member of a room', () => {
  test('CLUSTER-60 is lost where each of the two knew of the other, and it does not come', () => {
    expect(lost(together(), signal('alice', 'bob', 1))).toEqual(LOST)
    expect(lost(together(), signal('alice', 'bob', 1), hears('bob', 'alice', 1))).toEqual([])
  })

  test('CLUSTER-60 is not owed to a newer session of the member, of which the sender had not been told', () => {
    const anew = [login('bob'), joins('bob', 'alice')].flat()
    const told = [sees('alice', 'bob', 'left', 'session_ended'), sees('alice', 'bob', 'joined')]
    expect(lost(together(), anew, signal('alice', 'bob', 1), told)).toEqual([])
    expect(lost(together(), anew, told, signal('alice', 'bob', 1))).toEqual(LOST)
  })

  test('CLUSTER-60 is taken back where it waits for a client that is away while the sender leaves', () => {
    const away = [together(), signal('alice', 'bob', 1), leaves('alice'), resumes('bob')]
    expect(lost(...away)).toEqual([])
    expect(lost(together(), signal('alice', 'bob', 1), resumes('bob'), leaves('alice'))).toEqual(LOST)
    // A later one has come before the sender left: this one was not waiting any more.
    const signals = [signal('alice', 'bob', 1), signal('alice', 'bob', 2), hears('bob', 'alice', 2)]
    expect(lost(together(), signals, leaves('alice'), resumes('bob'))).toEqual(LOST)
  })
})
