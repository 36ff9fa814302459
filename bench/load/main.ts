// The load generator: a process of its own that plays the clients, as the orchestrator tells it over IPC.
import { commands } from '../shared/commands.ts'
import { type Call, callInPairs } from './clients/calls.ts'
import { logInCrowd, type Member, settle } from './clients/crowd.ts'
import { EndlessLogins } from './accounts/endless-logins.ts'
import { flap } from './presence/flap.ts'
import { flood } from './relay/flood.ts'
import { listUsers } from './accounts/list-users.ts'
import { pace } from './relay/pace.ts'
import { quiet } from './presence/quiet.ts'
import { register } from './accounts/register.ts'
import { joinRooms, signalAround, visitRoom } from './clients/rooms.ts'
import { logInResumable, type Resumable, resumeAll, resumeWaiting } from './clients/resumable.ts'
import { listenToParent, serve } from './serve.ts'
import { tellAll } from './presence/tell-all.ts'
import { type Kind, v1Pair } from './relay/v1-pair.ts'

const members: Member[] = []
let calls: readonly Call[] = []

const pairs = (kind: Kind) => calls.map((call) => v1Pair(call, kind, resumableCalls))

let resumableCalls = false
serve(commands.logIn, async ({ from, count, atATime, resumable: canResume = false, ...address }) => {
  resumableCalls = canResume
  members.push(...(await logInCrowd(address, from, count, { atATime, resumable: canResume })))
  return null
})

serve(commands.callInPairs, async () => {
  calls = await callInPairs(members)
  await settle(members)
  return null
})

serve(commands.callAcross, async () => {
  const half = members.length / 2
  calls = await callInPairs(
    members.slice(0, half).flatMap((member, i) => [member, ...members.slice(half + i, half + i + 1)]),
  )
  return null
})

serve(commands.joinRooms, async ({ size }) => {
  calls = await joinRooms(members, size)
  await settle(members)
  return null
})

serve(commands.resumeWaiting, async ({ from, count, ...address }) => {
  members.push(...(await resumeWaiting(address, from, count)))
  await settle(members)
  return null
})

serve(commands.signalAround, async ({ from, count, ...around }) => {
  await signalAround(
    members.filter(({ n }) => n >= from && n < from + count),
    around,
  )
  return null
})

serve(commands.visitRoom, async ({ times }) => {
  await visitRoom(members, times)
  await settle(members)
  return null
})

serve(commands.flood, async ({ kind, ...load }) => {
  await flood(pairs(kind), load)
  return null
})

serve(commands.pace, ({ kind, ...load }) => pace(pairs(kind), load))

serve(commands.tellAll, (load) => tellAll(members, load))

serve(commands.quiet, async () => {
  await quiet(members)
  return null
})

serve(commands.flap, (load) => flap(members, load))

let logins: EndlessLogins | undefined
serve(commands.keepLoggingIn, async ({ from, count, ...address }) => {
  logins = await EndlessLogins.start(address, from, count)
  return null
})
serve(commands.stopLoggingIn, () => Promise.resolve(logins?.stop() ?? 0))

serve(commands.register, ({ from, count, atATime, ...address }) =>
  register(address, { from, count, atATime }),
)

serve(commands.listUsers, async (load) => {
  await listUsers(members, load)
  return null
})

let resumable: Resumable[] = []
serve(commands.logInResumable, async ({ from, count, ...address }) => {
  const started = performance.now()
  resumable = await logInResumable(address, from, count)
  return performance.now() - started
})
serve(commands.expectCut, () => {
  for (const { client } of resumable) client.expectCut()
  return Promise.resolve(null)
})
serve(commands.resumeAll, async (address) => {
  for (const { client } of resumable) client.cut()
  const started = performance.now()
  resumable = await resumeAll(address, resumable)
  return performance.now() - started
})

listenToParent()
