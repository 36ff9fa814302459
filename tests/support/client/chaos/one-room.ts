import type { Signal } from 'roomrtc-client'
import { type Room, roomsOf } from 'roomrtc-client/rooms'
import { expect } from 'vitest'
import { createDice, type Dice } from '../../dice.ts'
import type { ChaosHouse } from './chaos-house.ts'
import { join, numbers, type Party, passing } from './party.ts'

const NAMES = ['alice', 'bob', 'carol', 'dave'] as const
const STEPS = 6

interface Guest {
  readonly party: Party
  readonly roomId: string
  readonly dice: Dice
  room: Room | undefined
  /** Of each other one, by name, since that one and this one met last. */
  readonly heard: Map<string, string[]>
}

/** Members who come and go through thick and thin, until all is quiet. Resolves with what is wrong. */
export async function oneRoom(house: ChaosHouse, seed: number): Promise<readonly string[]> {
  const dice = createDice(seed)
  const ended: (() => unknown)[] = []
  try {
    const parties = await Promise.all(NAMES.map((name) => join(house, `${name}${seed}`, dice, ended)))
    const guests = parties.map((party): Guest => {
      return { party, roomId: `room${seed}`, dice, room: undefined, heard: new Map() }
    })
    await Promise.all(guests.map((guest) => walk(guest)))
    // Two at least stay, or there is nothing to agree on.
    const stay = guests.filter((_, at) => at < 2 || dice.between(0, 1) === 1)
    await Promise.all(guests.map((guest) => (stay.includes(guest) ? enter(guest) : leave(guest))))
    await agreed(stay)

    for (const guest of stay) guest.heard.clear()
    await Promise.all(stay.map(talkToAll))
    const all = stay.map((guest) => others(guest, stay).map((other) => [nameOf(other), numbers]))
    const heard = () =>
      stay.map((guest) => others(guest, stay).map((other) => [nameOf(other), heardOf(guest, other)]))
    await expect.poll(heard, { interval: 5 }).toEqual(all)
    // What comes twice may come late.
    await passing(20)
    expect(heard()).toEqual(all)
    await agreed(stay)
    expect(offerers(stay)).toEqual([])
    const one = stay[0]?.party.client
    const listed = one === undefined ? undefined : await roomsOf(one).list({ limit: 100 })
    const told = listed?.rooms.find(({ id }) => id === `room${seed}`)?.members
    // The list may be longer than a page.
    if (told !== undefined) expect(told).toBe(stay.length)
    return parties.flatMap(({ trouble }) => trouble)
  } catch (error) {
    return [String(error)]
  } finally {
    await Promise.all(ended.toReversed().map((end) => end()))
  }
}

/** A connection may be lost once more at any time, and comes back. */
async function agreed(stay: readonly Guest[]): Promise<void> {
  const wanted = stay.map((guest) => expected(guest, stay))
  await expect.poll(() => stay.map(roster), { interval: 5 }).toEqual(wanted)
}

/** In and out, muted and not, with signals to whoever is there. */
async function walk(guest: Guest): Promise<void> {
  const { dice } = guest
  for (let step = 0; step < STEPS; step += 1) {
    await passing(dice.between(0, 40))
    const deed = dice.between(0, 3)
    if (guest.room === undefined || guest.room.state.name === 'ended') await enter(guest)
    else if (deed === 0) await leave(guest)
    else if (deed === 1) guest.room.update({ audioMuted: !guest.room.own.audioMuted })
    else for (const member of guest.room.members) guest.room.signal(member, { kind: 'offer', sdp: 'walking' })
  }
}

async function enter(guest: Guest): Promise<void> {
  if (guest.room?.state.name === 'open') return
  const { party, roomId } = guest
  try {
    guest.room = follow(guest, await roomsOf(party.client).join(roomId))
  } catch (error) {
    // Nobody waits for ever; who did not wait is not inside, and comes again.
    if (!(error instanceof Error && 'code' in error && error.code === 'timeout')) throw error
    await enter(guest)
  }
}

async function leave({ room }: Guest): Promise<void> {
  room?.leave()
  await Promise.resolve()
}

function follow(guest: Guest, room: Room): Room {
  room.on('signal', ({ from, signal }) => {
    const heard = guest.heard.get(from.username) ?? []
    guest.heard.set(from.username, heard)
    heard.push(textOf(signal))
  })
  room.on('ended', ({ reason }) => {
    if (reason !== 'left') guest.party.trouble.push(`the room ended: ${reason}`)
  })
  return room
}

function textOf(signal: Signal): string {
  return signal.kind === 'candidate' ? signal.candidate : signal.sdp
}

async function talkToAll({ room, dice }: Guest): Promise<void> {
  for (const text of numbers) {
    for (const member of room?.members ?? []) room?.signal(member, { kind: 'offer', sdp: text })
    if (dice.between(0, 2) === 0) await passing(dice.between(0, 40))
  }
}

function others(guest: Guest, stay: readonly Guest[]): readonly Guest[] {
  return stay.filter((other) => other !== guest)
}

function nameOf({ party: { client } }: Guest): string {
  return client.me?.username ?? ''
}

function heardOf(guest: Guest, other: Guest): readonly string[] {
  return (guest.heard.get(nameOf(other)) ?? []).filter((text) => text !== 'walking')
}

/** Who is there, as this one sees it. */
function roster({ room }: Guest): unknown[] {
  return [...(room?.members ?? [])]
    .map(({ username, audioMuted, state }) => ({ username, audioMuted, state }))
    .toSorted((a, b) => (a.username < b.username ? -1 : 1))
}

function expected(guest: Guest, stay: readonly Guest[]): unknown[] {
  return others(guest, stay)
    .map((other) => ({ username: nameOf(other), audioMuted: other.room?.own.audioMuted, state: 'connected' }))
    .toSorted((a, b) => (a.username < b.username ? -1 : 1))
}

/** The pairs of which not exactly one offers. */
function offerers(stay: readonly Guest[]): string[] {
  const offers = (from: Guest, to: Guest) =>
    from.room?.members.get(to.party.client.me?.id ?? '')?.offers === 'me'
  return stay.flatMap((one, at) =>
    stay.slice(at + 1).flatMap((other) => {
      const count = Number(offers(one, other)) + Number(offers(other, one))
      return count === 1 ? [] : [`${nameOf(one)} and ${nameOf(other)}: ${count} offer`]
    }),
  )
}
