import type { Clock } from '../../application/ports/system/clock.ts'
import type { Log } from '../../application/ports/system/log.ts'
import type { Config } from '../../config/schema.ts'
import { randomIds } from '../../infrastructure/system/random-ids.ts'
import { systemPause } from '../../infrastructure/system/system-pause.ts'
import { systemRandom } from '../../infrastructure/system/system-random.ts'
import type { OpenWebhooks } from '../../infrastructure/webhooks/open-webhooks.ts'

/** Undefined where nobody wants to be told: then nothing of it is loaded. */
export async function openHooks(
  { webhooks }: Config,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<OpenWebhooks | undefined> {
  if (webhooks.endpoints.length === 0) return undefined
  const { openWebhooks } = await import('../../infrastructure/webhooks/open-webhooks.ts')
  return openWebhooks({
    endpoints: webhooks.endpoints,
    timeoutMs: webhooks.timeout_ms,
    retryForMs: webhooks.retry_for_secs * 1000,
    maxQueue: webhooks.max_queue,
    includeText: webhooks.include_text,
    ids: randomIds,
    pause: systemPause,
    random: systemRandom,
    clock,
    log,
  })
}
