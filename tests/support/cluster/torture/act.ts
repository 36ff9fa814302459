import { T } from '../../wire/wire.ts'
import type { Wanderer, WandererCall } from './wanderer.ts'

/** One thing that a wanderer does, by chance; at quiet it only answers. */
export async function act(who: Wanderer): Promise<void> {
  const { call, room, world } = who
  const { dice, isQuiet } = world
  if (call !== undefined && !call.isLeft) {
    if (!call.isActive && call.role === 'callee' && !call.isAnswered) return answer(who, call)
    if (!isQuiet) talk(who, call)
  } else if (isQuiet) return
  else if (room !== undefined) stayInRoom(who, room)
  else if (!who.isAsking && (call === undefined || call.isLeft)) begin(who)
  if (isQuiet) return
  const chance = dice.between(1, 1000)
  if (chance <= 30) who.cut()
  else if (chance <= 34) await who.logOut()
}

function answer(who: Wanderer, call: WandererCall): void {
  const { dice, isQuiet } = who.world
  if (!isQuiet && dice.between(1, 2) === 1) return
  const accepted = isQuiet || dice.between(1, 10) > 2
  call.isAnswered = true
  call.isActive = accepted
  call.isLeft = !accepted
  const request_id = `${accepted ? 'accept' : 'decline'} ${call.id}`
  who.tell(T.CALL_RESPONSE, { call_id: call.id, accepted, request_id })
}

function talk(who: Wanderer, call: WandererCall): void {
  const { dice } = who.world
  const chance = dice.between(1, 100)
  if (!call.isActive) {
    if (chance <= 10) hangUp(who, call)
  } else if (chance <= 70) {
    for (let left = dice.between(1, 6); left > 0; left -= 1) who.signal(call.peer, call.id)
  } else if (chance <= 80 && who.kind !== 'v1')
    who.tell(T.CALL_UPDATE, { call_id: call.id, on_hold: dice.between(0, 1) === 1 })
  else if (chance <= 84) hangUp(who, call)
}

function hangUp(who: Wanderer, call: WandererCall): void {
  call.isLeft = true
  who.tell(T.HANGUP, { call_id: call.id, request_id: `hangup ${call.id}` })
}

function stayInRoom(who: Wanderer, { id, members }: NonNullable<Wanderer['room']>): void {
  const { dice } = who.world
  const chance = dice.between(1, 100)
  if (chance <= 60 && members.size > 0)
    for (let left = dice.between(1, 4); left > 0; left -= 1) who.signal(dice.pick([...members]), id)
  else if (chance <= 70) who.tell(T.ROOM_UPDATE, { room_id: id, audio_muted: dice.between(0, 1) === 1 })
  else if (chance <= 75 && !who.isAsking) {
    who.isAsking = true
    who.tell(T.ROOM_LEAVE, { room_id: id, request_id: 'ask to leave' })
  }
}

function begin(who: Wanderer): void {
  const { dice, rooms, wanderers } = who.world
  const chance = dice.between(1, 100)
  if (chance <= 40) {
    const { userId } = dice.pick(wanderers)
    if (userId === '' || userId === who.userId) return
    who.isAsking = true
    who.tell(T.CALL_REQUEST, { to_user_id: userId, request_id: 'ask for a call' })
  } else if (chance <= 60 && who.kind !== 'v1') {
    who.isAsking = true
    who.tell(T.ROOM_JOIN, { room_id: dice.pick(rooms), request_id: 'ask to enter' })
  }
}
