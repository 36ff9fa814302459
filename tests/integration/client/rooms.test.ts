import { setTimeout as pass } from 'node:timers/promises'
import { type Client, connect, type ConnectOptions, type RoomRtcError } from 'roomrtc-client'
import { type Invitation, type Member, type Room, roomsOf } from 'roomrtc-client/rooms'
import { beforeEach, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { type HeldLine, holdLine } from '../../../scripts/support/held-line.ts'
import { createDice, randomSeed } from '../../support/dice.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { urlInTurn } from '../../support/nodes/turns.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'

const ends = endsAfterEach()

interface Person {
  readonly client: Client
  readonly line: HeldLine
  readonly join: () => Promise<Room>
}

let urls: Record<'tcp' | 'ws', string>

beforeEach(async () => {
  const daemon = await startTestDaemon({
    http: {},
    resume: { window_ms: 2000 },
    rooms: { permanent: [{ id: 'board', name: 'The board', max_members: 2, invite_only: true }] },
    // The walk is faster than people are.
    security: { enable_rate_limiting: false },
  })
  ends.push(() => daemon.stop())
  urls = { tcp: `tcp://127.0.0.1:${daemon.port}`, ws: `ws://127.0.0.1:${daemon.httpPort ?? 0}/ws` }
})

async function enter(
  username: string,
  way: keyof typeof urls,
  options: ConnectOptions = {},
): Promise<Person> {
  const line = holdLine()
  const surroundings = { ...line.surroundings, WebSocket }
  const reconnect = { firstMs: 10, maxMs: 50 }
  const client = await connect(urlInTurn(urls[way]), { surroundings, reconnect, ...options })
  ends.push(() => client.close())
  await client.register({ username, password: 'secret' })
  await client.login({ username, password: 'secret' })
  return { client, line, join: () => roomsOf(client).join('voice') }
}

function names(room: Room): string[] {
  return [...room.members].map(({ username }) => username)
}

describe.each(['tcp', 'ws'] as const)('rooms over %s', (way) => {
  it('PKG-40 ROOM-1 ROOM-4 each knows all others, and of each two exactly one is to offer', async () => {
    const people = [await enter('alice', way), await enter('bob', way), await enter('carol', way)]
    const rooms: Room[] = []
    for (const { join } of people) rooms.push(await join())
    const offers = () => rooms.map(({ members }) => [...members].map((one) => [one.username, one.offers]))
    await expect.poll(offers).toEqual([
      [
        ['bob', 'peer'],
        ['carol', 'peer'],
      ],
      [
        ['alice', 'me'],
        ['carol', 'peer'],
      ],
      [
        ['alice', 'me'],
        ['bob', 'me'],
      ],
    ])
    const [alice] = people
    expect(alice?.client.users.get(alice.client.me?.id ?? '')?.state).toBe('Busy')
  })

  it('PKG-41 PKG-42 ROOM-5 ROOM-7 ROOM-12 the others are told of each change, and signals go from member to member', async () => {
    const [alice, bob] = [await enter('alice', way), await enter('bob', way)]
    const atAlice = await alice.join()
    const heard: unknown[] = []
    const brief = ({ nickname, audioMuted, state }: Member) => [nickname, audioMuted, state]
    for (const event of ['joined', 'updated', 'reconnecting', 'connected'] as const)
      atAlice.on(event, (member) => heard.push([event, ...brief(member)]))
    atAlice.on('left', ({ member, reason }) => heard.push(['left', ...brief(member), reason]))
    atAlice.on('signal', ({ from, signal }) => heard.push([from.username, signal]))
    const atBob = await roomsOf(bob.client).join('voice', { nickname: 'Bob at work' })
    const atBobEnded = new Promise<unknown>((resolve) => atBob.on('ended', resolve))
    const offer = { kind: 'offer', sdp: 'v=0\r\n' } as const
    const candidate = { kind: 'candidate', candidate: 'candidate:1', sdpMid: null, sdpMLineIndex: 0 } as const
    atBob.update({ audioMuted: true, nickname: 'Bob' })
    // Nothing new is not told.
    atBob.update({ nickname: 'Bob' })
    for (const signal of [offer, candidate]) atBob.signal(alice.client.me ?? '', signal)
    await bob.client.roundTrip()
    bob.line.cut()
    await expect.poll(() => heard.length).toBe(6)
    for (const room of [atAlice, atBob]) expect(room.owner).toBe(alice.client.me?.id)
    atAlice.remove(bob.client.me ?? '')
    expect(await atBobEnded).toEqual({ reason: 'removed' })
    await expect
      .poll(() => heard)
      .toEqual([
        ['joined', 'Bob at work', false, 'connected'],
        ['updated', 'Bob', true, 'connected'],
        ['bob', offer],
        ['bob', candidate],
        ['reconnecting', 'Bob', true, 'reconnecting'],
        ['connected', 'Bob', true, 'connected'],
        ['left', 'Bob', true, 'connected', 'removed'],
      ])
    expect(atBob.own).toEqual({ nickname: 'Bob', audioMuted: true, videoMuted: false })
  })

  it('PKG-43 PKG-44 who is cut off goes on in the room, and who is too late is told that it is lost', async () => {
    // It does not try before it is told that there is a network again.
    const patient = { reconnect: { maxMs: 60_000 } }
    const [alice, bob] = [await enter('alice', way, patient), await enter('bob', way)]
    const [atAlice, atBob] = [await alice.join(), await bob.join()]
    let resumed = 0
    atAlice.on('resumed', () => (resumed += 1))
    await expect.poll(() => names(atAlice)).toEqual(['bob'])
    alice.line.goOffline()
    await expect.poll(() => atBob.members.get(alice.client.me?.id ?? '')?.state).toBe('reconnecting')
    atAlice.update({ videoMuted: true })
    atBob.update({ nickname: 'Bob meanwhile' })
    atBob.signal(alice.client.me ?? '', { kind: 'offer', sdp: 'v=0' })
    const heard: unknown[] = []
    atAlice.on('signal', ({ signal }) => heard.push(signal))
    alice.line.comeBack()
    await expect
      .poll(() => atBob.members.get(alice.client.me?.id ?? ''))
      .toMatchObject({ state: 'connected', videoMuted: true })
    await expect.poll(() => [resumed, heard]).toEqual([1, [{ kind: 'offer', sdp: 'v=0' }]])
    expect([...atAlice.members].map(({ nickname }) => nickname)).toEqual(['Bob meanwhile'])
    const left = new Promise<unknown>((resolve) => atBob.on('left', resolve))
    alice.line.goOffline()
    expect(await left).toMatchObject({ member: { username: 'alice' }, reason: 'session_ended' })
    const ended = new Promise<unknown>((resolve) => atAlice.on('ended', resolve))
    const loss = new Promise<unknown>((resolve) => alice.client.on('loss', resolve))
    alice.line.comeBack()
    expect(await ended).toEqual({ reason: 'lost' })
    await loss
    expect(names(await alice.join())).toEqual(['bob'])
  })

  it('PKG-45 ROOM-10 ROOM-13 who may not enter is told why by the word of the server; an invitation lets one in', async () => {
    const [alice, bob] = [await enter('alice', way), await enter('bob', way)]
    const [ofAlice, ofBob] = [roomsOf(alice.client), roomsOf(bob.client)]
    await expect(ofBob.join('board')).rejects.toMatchObject({ code: 'refused', reason: 'invite_required' })
    await expect(ofBob.join('no such room!')).rejects.toMatchObject({ reason: 'invalid_room_id' })
    const atAlice = await alice.join()
    await expect(alice.join()).rejects.toMatchObject({ code: 'refused', reason: 'already_in_call' })
    const invited = new Promise<Invitation>((resolve) => ofBob.on('invited', resolve))
    atAlice.invite(bob.client.me ?? '')
    const { room, from, invite, expiresAt } = await invited
    expect([room, from]).toEqual([{ id: 'voice', name: 'voice' }, alice.client.me])
    expect(expiresAt).toBeGreaterThan(Date.now())
    const atBob = await ofBob.join(room.id, { invite })
    const refusals = new Promise<RoomRtcError>((resolve) => bob.client.on('refusal', resolve))
    atBob.close()
    expect(await refusals).toMatchObject({ code: 'refused', reason: 'not_room_owner' })
    const ended = new Promise<unknown>((resolve) => atBob.on('ended', resolve))
    atAlice.close()
    expect(await ended).toEqual({ reason: 'closed' })
    await expect.poll(() => ofAlice.current).toBeUndefined()
  })

  it('PKG-46 who closes its client, or leaves, is gone for the others at once', async () => {
    const [alice, bob, carol] = [
      await enter('alice', way),
      await enter('bob', way),
      await enter('carol', way),
    ]
    const atAlice = await alice.join()
    const gone: unknown[] = []
    atAlice.on('left', ({ member, reason }) => gone.push([member.username, reason]))
    const atBob = await bob.join()
    await carol.join()
    atBob.leave()
    expect(atBob.state).toEqual({ name: 'ended', reason: 'left' })
    await carol.client.close()
    await expect
      .poll(() => gone)
      .toEqual(
        expect.arrayContaining([
          ['bob', 'left'],
          ['carol', 'left'],
        ]),
      )
    // Left and entered without a connection: it is done in that order when there is one.
    bob.line.goOffline()
    bob.line.comeBack()
    expect(names(await bob.join())).toEqual(['alice'])
  })

  it('PKG-47 ROOM-11 the list of rooms comes a page at a time', async () => {
    const [alice, bob] = [await enter('alice', way), await enter('bob', way)]
    await roomsOf(alice.client).join('attic')
    await bob.join()
    const rooms = roomsOf(bob.client)
    const first = await rooms.list({ limit: 1 })
    expect(first).toEqual({
      rooms: [{ id: 'attic', name: 'attic', maxMembers: 10, inviteOnly: false, members: 1 }],
      cursor: 'attic',
    })
    const rest = await rooms.list({ cursor: first.cursor ?? '' })
    expect([rest.rooms.map(({ id }) => id), rest.cursor]).toEqual([['voice'], undefined])
  })
})

it('PKG-40 PKG-42 PKG-43 however members come, go and are cut off, all agree in the end, and no signal is lost or doubled', async () => {
  const dice = createDice(Number(process.env['WALK_SEED'] ?? randomSeed()))
  const ways = ['tcp', 'ws', 'tcp', 'ws'] as const
  const [alice, bob, carol, dave] = await Promise.all([
    enter('alice', ways[0]),
    enter('bob', ways[1]),
    enter('carol', ways[2]),
    enter('dave', ways[3]),
  ])
  const people = [alice, bob, carol, dave]
  const faults: unknown[] = []
  for (const { client } of people) {
    client.on('loss', (loss) => faults.push(loss))
    client.on('refusal', (error) => faults.push(error))
  }
  // These two stay.
  const [atAlice, atBob] = [await alice.join(), await bob.join()]
  const heard: string[] = []
  atBob.on('signal', ({ from, signal }) => {
    if (from.username === 'alice' && signal.kind !== 'candidate') heard.push(signal.sdp)
  })
  await expect.poll(() => atAlice.members.size).toBe(1)
  const sent: string[] = []
  const joins: Promise<unknown>[] = []
  let cuts = 0
  for (let step = 0; step < 150; step += 1) {
    const person = dice.pick([carol, dave])
    const { current } = roomsOf(person.client)
    switch (dice.between(0, 4)) {
      case 0:
        sent.push(`${step} ${'x'.repeat(dice.between(0, 5000))}`)
        atAlice.signal(bob.client.me ?? '', { kind: 'offer', sdp: sent.at(-1) ?? '' })
        break
      case 1:
        cuts += 1
        dice.pick(people).line.cut()
        break
      case 2:
      case 3:
        // One that is on its way in is refused the second time.
        if (current === undefined) joins.push(person.join().catch((error: unknown) => error))
        else current.leave()
        break
      default:
        await pass(dice.between(0, 30))
    }
  }
  for (const outcome of await Promise.all(joins)) {
    if (outcome instanceof Error)
      expect(outcome, `WALK_SEED=${dice.seed}`).toMatchObject({ reason: 'already_in_call' })
  }
  expect(cuts).toBeGreaterThan(5)
  const inside = () => people.flatMap(({ client }) => roomsOf(client).current ?? [])
  const idOf = (room: Room) =>
    people.find(({ client }) => roomsOf(client).current === room)?.client.me?.id ?? ''
  const disagreements = () =>
    inside().flatMap((room) => {
      const others = inside().filter((other) => other !== room)
      const wrong = others.filter((other) => {
        const offers = [room.members.get(idOf(other))?.offers, other.members.get(idOf(room))?.offers]
        return !offers.includes('me') || !offers.includes('peer')
      })
      return room.members.size === others.length && wrong.length === 0 ? [] : [names(room)]
    })
  const seed = `WALK_SEED=${dice.seed}`
  await expect.poll(() => [disagreements(), heard], { message: seed }).toEqual([[], sent])
  expect([faults, atAlice.state.name, atBob.state.name], seed).toEqual([[], 'open', 'open'])
})
