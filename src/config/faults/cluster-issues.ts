import type { z } from 'zod'
import type { Config } from '../schema.ts'

/** What keeps several nodes from sharing what they have, though each key by itself is good. */
export function clusterIssues({
  cluster,
  persistence,
  security,
  uploads,
}: Config): readonly z.core.$ZodIssue[] {
  if (cluster.redis_url === '') return []
  return [
    ...(persistence.enable_persistence && persistence.postgres_url !== ''
      ? []
      : [
          'several nodes need their accounts in one place: set persistence.postgres_url (here or in ROOMRTC_POSTGRES_URL), or leave this empty',
        ]),
    ...(security.guests
      ? ['guests would be known to one node alone: set security.guests to false, or leave this empty']
      : []),
    ...(uploads.enabled && uploads.url_secret === ''
      ? [
          'a URL of a file that one node has signed must be good at the others: set uploads.url_secret (here or in ROOMRTC_UPLOADS_SECRET) to the same at all of them, or leave this empty',
        ]
      : []),
  ].map((message) => ({ code: 'custom', path: ['cluster', 'redis_url'], message, input: undefined }))
}
