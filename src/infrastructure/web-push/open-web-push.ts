import { createHash } from 'node:crypto'
import webPush from 'web-push'
import {
  PUSH_RESULTS,
  type PushResult,
  type PushService,
  type WakeNews,
} from '../../application/ports/waker.ts'
import type { PushSubscriptions } from '../../application/ports/push-subscriptions.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Log } from '../../application/ports/system/log.ts'
import type { Pause } from '../../application/ports/system/pause.ts'
import type { Random } from '../../application/ports/system/random.ts'
import type { UserId } from '../../domain/ids.ts'
import type { PushSubscription } from '../../domain/push-subscription.ts'
import { openPostLine } from '../outgoing/post.ts'
import { wakeBody } from '../outgoing/wake-body.ts'
import { isNamed, plain, subscriptionFault } from './allowed-endpoint.ts'
import { lookUpPublic } from './public-addresses.ts'
import { type Push, type PushOutcome, PushQueue } from './push-queue.ts'
import type { VapidKeys } from './vapid-keys.ts'

interface Options {
  readonly subscriptions: PushSubscriptions
  readonly keys: VapidKeys
  /** A `mailto:` or an https URL, for whoever runs a push service. */
  readonly contact: string
  readonly allowedHosts: readonly string[]
  readonly includeText: boolean
  readonly timeoutMs: number
  /** Authorities of push services in the place of Node's own. */
  readonly ca?: string | undefined
  readonly clock: Clock
  readonly pause: Pause
  readonly random: Random
  readonly log: Log
}

export interface WebPush extends PushService {
  /** Sends what waits, for a short while. */
  close(): Promise<void>
}

interface Message {
  readonly user: UserId
  readonly subscription: PushSubscription
  readonly news: WakeNews
  readonly topic: string
  readonly urgency: 'high' | 'normal'
}

const MAX_WAITING = 1000
const MAX_SENDING = 16
/** So long a stop waits for what is still to be sent. */
const CLOSING_MS = 2000
/** For so long a push service keeps what its device has missed. */
const KEEP_MS = 86_400_000

/** Tells devices by the push services of their browsers: encrypted for the device (RFC 8291), signed by us (RFC 8292). */
export function openWebPush(options: Options): WebPush {
  const { subscriptions, keys, contact, allowedHosts, includeText, timeoutMs, ca, clock, log } = options
  const vapidDetails = { subject: contact, publicKey: keys.public_key, privateKey: keys.private_key }
  const line = openPostLine({ timeoutMs, maxSockets: MAX_SENDING, ca })
  const results = new Map<PushResult, number>(PUSH_RESULTS.map((result) => [result, 0]))
  const queue = new PushQueue<Message>({
    ...options,
    send,
    count: (result) => results.set(result, (results.get(result) ?? 0) + 1),
    maxWaiting: MAX_WAITING,
    maxSending: MAX_SENDING,
  })
  const looking = new Set<Promise<void>>()

  return {
    publicKey: keys.public_key,
    faultOf: (subscription) => subscriptionFault(subscription, allowedHosts),

    async reaches(user) {
      const found = await subscriptions.of(user)
      return found.ok && found.value.length > 0
    },

    tell(user, news) {
      const looked = enqueue(user, news).then(() => {
        looking.delete(looked)
      })
      looking.add(looked)
    },

    results: () => results.entries(),

    async close() {
      await Promise.all(looking)
      await queue.close(CLOSING_MS)
      line.close()
    },
  }

  async function enqueue(user: UserId, news: WakeNews): Promise<void> {
    const found = await subscriptions.of(user)
    if (!found.ok) return
    const until = clock.monotonicMs() + (news.kind === 'call' ? news.forMs : KEEP_MS)
    const topic = topicOf(news)
    const urgency = news.kind === 'call' ? 'high' : 'normal'
    for (const subscription of found.value) {
      const message = { user, subscription, news, topic, urgency } as const
      queue.add({ endpoint: subscription.endpoint, topic, message, until })
    }
  }

  async function send({ message, until }: Push<Message>, ended: AbortSignal): Promise<PushOutcome> {
    const { user, subscription, news, topic, urgency } = message
    const { endpoint, p256dh, auth } = subscription
    const { host, hostname } = new URL(endpoint)
    // What the configuration allowed once may be forbidden now.
    if (subscriptionFault(subscription, allowedHosts) !== undefined) return over(user, endpoint)
    const leftMs = Math.max(0, until - clock.monotonicMs())
    const left = news.kind === 'call' ? { ...news, forMs: leftMs } : news
    const details = webPush.generateRequestDetails(
      { endpoint, keys: { p256dh, auth } },
      JSON.stringify(wakeBody(left, clock.wallMs(), includeText)),
      { vapidDetails, TTL: Math.ceil(leftMs / 1000), urgency, topic, contentEncoding: 'aes128gcm' },
    )
    const lookup = isNamed(plain(hostname), allowedHosts) ? undefined : lookUpPublic
    const answer = await line.post(
      { url: endpoint, headers: { ...details.headers }, body: details.body, lookup },
      ended,
    )
    if (!answer.ok) {
      log.debug({ pushService: host, cause: answer.error }, 'a push service is not reached')
      return { kind: 'failed', retryAfterMs: undefined }
    }
    const { status, retryAfterMs } = answer.value
    if (status >= 200 && status < 300) return { kind: 'delivered' }
    if (status === 404 || status === 410) return over(user, endpoint)
    if (status === 429 || status >= 500) return { kind: 'failed', retryAfterMs }
    log.warn({ pushService: host, status }, 'a push service refuses a push')
    return { kind: 'refused' }
  }

  async function over(user: UserId, endpoint: string): Promise<PushOutcome> {
    await subscriptions.remove(user, endpoint)
    return { kind: 'gone' }
  }
}

/** At most 32 letters of Base64url (RFC 8030, section 5.4): what is told of the same takes the place of what was told before. */
function topicOf(news: WakeNews): string {
  const about = news.kind === 'message' ? news.conversation : news.call
  return createHash('sha256').update(about).digest('base64url').slice(0, 32)
}
