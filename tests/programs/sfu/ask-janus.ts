import { once } from 'node:events'
import { WebSocket } from 'ws'
import { z } from 'zod'
import type { JanusServer } from '../../support/programs/janus-server.ts'

const reply = z.object({
  janus: z.string(),
  data: z.object({ id: z.number() }).optional(),
  plugindata: z.object({ data: z.looseObject({}) }).optional(),
})
const rooms = z.object({ list: z.array(z.object({ room: z.string(), num_participants: z.int() })) })

/** What Janus itself says of its rooms, by a connection of its own: who is in each. */
export async function roomsAt({ url, secret }: JanusServer): Promise<Readonly<Record<string, number>>> {
  const socket = new WebSocket(url, 'janus-protocol')
  try {
    await once(socket, 'open')
    const ask = async (message: object): Promise<z.infer<typeof reply>> => {
      socket.send(JSON.stringify({ ...message, transaction: 'ask', apisecret: secret }))
      const [text] = await once(socket, 'message')
      return reply.parse(JSON.parse(String(text)))
    }
    const session = (await ask({ janus: 'create' })).data?.id
    const about = { session_id: session, plugin: 'janus.plugin.videoroom' }
    const handle = (await ask({ janus: 'attach', ...about })).data?.id
    const { plugindata } = await ask({
      janus: 'message',
      session_id: session,
      handle_id: handle,
      body: { request: 'list' },
    })
    const { list } = rooms.parse(plugindata?.data)
    return Object.fromEntries(list.map(({ room, num_participants }) => [room, num_participants]))
  } finally {
    socket.terminate()
  }
}
