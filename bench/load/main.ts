// The load generator: a process of its own that plays the clients, as the orchestrator tells it over IPC.
import { commands } from '../shared/commands.ts'
import { type Call, callInPairs } from './calls.ts'
import { logInCrowd, type Member, settle } from './crowd.ts'
import { flood } from './flood.ts'
import { pace } from './pace.ts'
import { listenToParent, serve } from './serve.ts'
import { type Kind, v1Pair } from './v1-pair.ts'

const members: Member[] = []
let calls: readonly Call[] = []

const pairs = (kind: Kind) => calls.map((call) => v1Pair(call, kind))

serve(commands.logIn, async ({ from, count, ...address }) => {
  members.push(...(await logInCrowd(address, from, count)))
  return null
})

serve(commands.callInPairs, async () => {
  calls = await callInPairs(members)
  await settle(members)
  return null
})

serve(commands.flood, async ({ kind, ...load }) => {
  await flood(pairs(kind), load)
  return null
})

serve(commands.pace, ({ kind, ...load }) => pace(pairs(kind), load))

listenToParent()
