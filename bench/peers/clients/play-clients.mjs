// The load generator for those who speak WebSocket: it carries out the same commands as bench/load/main.ts, with the same
// flood, for a server whose way of saying things it is given:
//   path(id)             where to connect to
//   *login(id)           yields what to send, or nothing, and is resumed with what comes; the user is known when it returns
//   chore(data)          the answer to a message that only asks whether one is there, else undefined
//   relayed(message)     what to send, and what of it arrives at the other party; message has kind, from, to and payload
//
// It is plain JavaScript, like the servers: `ws` is installed only here, so that the check of types, which sees the whole
// repository, would miss its types wherever nobody has run this benchmark.
import { eachOf } from '../../../dist/bench/load/clients/crowd.js'
import { flood } from '../../../dist/bench/load/relay/flood.js'
import { pace } from '../../../dist/bench/load/relay/pace.js'
import { listenToParent, serve } from '../../../dist/bench/load/serve.js'
import { commands } from '../../../dist/bench/shared/commands.js'
import { userId } from '../../../dist/bench/shared/users.js'
import { Client } from './client.mjs'
import { relayPair } from './relay-pair.mjs'

const AT_A_TIME = 64

export function playClients(speech) {
  const members = []
  let calls = []

  serve(commands.logIn, async ({ port, from, count }) => {
    const logIn = async (i) => {
      const id = userId(from + i)
      return { userId: id, client: await Client.logIn(port, id, speech) }
    }
    members.push(...(await eachOf(count, AT_A_TIME, logIn)))
    return null
  })

  serve(commands.callInPairs, async () => {
    calls = members.flatMap((caller, i) => (i % 2 === 0 ? [{ caller, callee: members[i + 1] }] : []))
    return null
  })

  serve(commands.callAcross, async () => {
    const half = members.length / 2
    calls = members.slice(0, half).map((caller, i) => ({ caller, callee: members[half + i] }))
    return null
  })

  serve(commands.flood, async ({ kind, ...load }) => {
    await flood(
      calls.map((call) => relayPair(call, kind, speech)),
      load,
    )
    return null
  })

  serve(commands.pace, ({ kind, ...load }) =>
    pace(
      calls.map((call) => relayPair(call, kind, speech)),
      load,
    ),
  )

  listenToParent()
}
