import type { HostileClient } from './hostile-client.ts'
import { brokenFrame, hostileFrame, split } from '../input/hostile-frame.ts'
import type { Random } from '../input/random.ts'
import { type Cast, requestTypes } from '../input/requests.ts'
import { T } from '../../support/wire/wire.ts'

interface Stranger {
  readonly client: HostileClient
  readonly random: Random
  readonly cast: Cast
  /** The largest frame before the login. */
  readonly limit: number
}

/** One connection of somebody who never logs in properly: many bad frames, the last of them perhaps not even one. */
export async function attackAsStranger({ client, random, cast, limit }: Stranger): Promise<void> {
  const making = { cast, limit, maxBytes: random.chance(0.03) ? limit - 400 : 200 }
  const pieces = Array.from({ length: random.between(1, 60) }, () => {
    const type = random.pick(requestTypes)
    // A hash each: most of the time would go there.
    const spared = (type === T.LOGIN_REQUEST || type === T.REGISTER_REQUEST) && random.chance(0.9)
    return hostileFrame(random, { ...making, type: spared ? T.HELLO : type })
  })
  if (random.chance(0.3)) pieces.push(brokenFrame(random, making))
  await client.send(split(random, Buffer.concat(pieces)))
  if (random.chance(0.05)) {
    await client.reset()
    return
  }
  await client.settle()
  if (random.chance(0.5)) await client.leave()
  else await client.reset()
}
