import type { z } from 'zod'
import type { Config } from '../schema.ts'

/** What keeps rooms with a media server from having one, though each key by itself is good. */
export function sfuIssues({ sfu, rooms }: Config): readonly z.core.$ZodIssue[] {
  const issue = (path: (string | number)[], message: string) =>
    ({ code: 'custom', path, message, input: undefined }) as const
  if (sfu.urls.length > 0)
    return sfu.secret === ''
      ? [issue(['sfu', 'secret'], 'empty; set it (here or in ROOMRTC_SFU_SECRET) to the api_secret of Janus')]
      : []
  return rooms.permanent.flatMap(({ mode }, at) =>
    mode === 'sfu'
      ? [
          issue(
            ['rooms', 'permanent', at, 'mode'],
            '"sfu" needs a media server: set sfu.urls, or write "mesh"',
          ),
        ]
      : [],
  )
}
