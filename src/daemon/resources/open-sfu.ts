import type { OwnSfu, SfuListener } from '../../application/ports/sfu.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Log } from '../../application/ports/system/log.ts'
import type { Config } from '../../config/schema.ts'

interface Parts {
  readonly clock: Clock
  readonly log: Log
  readonly tell: SfuListener
}

/** Undefined where no room has one: then nothing of it is loaded. */
export async function openSfu(
  { sfu, cluster }: Pick<Config, 'sfu' | 'cluster'>,
  parts: Parts,
): Promise<OwnSfu | undefined> {
  const { urls, secret, keepalive_ms: keepaliveMs } = sfu
  if (urls.length === 0) return undefined
  const { openJanus } = await import('../../infrastructure/janus/open-janus.ts')
  // All nodes must take the same one for a room, and none knows what the others have.
  const spread = cluster.redis_url === '' ? 'least-loaded' : 'by-room'
  return openJanus({ urls, secret, keepaliveMs, spread, ...parts })
}
