import { endsAfterEach } from '../ends.ts'
import { connectRaw, type RawClient, setUpCall } from './raw-client.ts'
import type { Pair } from './relay.ts'
import { T } from './wire.ts'

interface Server {
  readonly port: number
}

interface Visits {
  /** Done after the test; what is told last is done first. */
  readonly afterwards: (end: () => unknown) => void
  /** A client that is gone after the test. One with capabilities, even none of them, has said HELLO. */
  readonly connect: (server: Server, capabilities?: readonly string[]) => Promise<RawClient>
  /** Two such clients, alice and bob, in a call. */
  readonly pairOn: (server: Server, capabilities?: readonly string[]) => Promise<Pair>
}

/** For a file of tests with servers of their own. */
export function visits(): Visits {
  const ends = endsAfterEach()

  async function connect({ port }: Server, capabilities?: readonly string[]): Promise<RawClient> {
    const client = await connectRaw(port)
    ends.push(() => client.close())
    if (capabilities !== undefined) {
      client.send(T.HELLO, { protocol: 1, client: 'test', capabilities })
      await client.next(T.WELCOME)
    }
    return client
  }

  return {
    afterwards: (end) => {
      ends.push(end)
    },
    connect,
    async pairOn(server, capabilities) {
      const [alice, bob] = [await connect(server, capabilities), await connect(server, capabilities)]
      return { alice, bob, ...(await setUpCall(alice, bob)) }
    },
  }
}
