import type { Config } from '../config/schema.ts'
import { TOLD_OF_FULLNESS } from '../transport/admission/reception.ts'

/** What the daemon has open for itself: some 25 of event loop, log, account file and lock; twice that for what it opens now and then. */
const OWN = 64

/** Each thread that hashes passwords has an event loop. */
const PER_THREAD = 4
const THREADS_BY_DEFAULT_AT_MOST = 8

/** As many connections as there are descriptors for, and a warning where those are fewer than configured (CONF-20). */
export function fitToDescriptors(
  config: Config,
  openFiles: number | undefined,
): { readonly config: Config; readonly warning: string | undefined } {
  const { server, security } = config
  const { max_connections, max_guests } = server
  const threads = security.hash_threads === 0 ? THREADS_BY_DEFAULT_AT_MOST : security.hash_threads
  const reserve = OWN + PER_THREAD * threads + TOLD_OF_FULLNESS
  const room = Math.max(1, (openFiles ?? Infinity) - reserve)
  if (room >= max_connections) return { config, warning: undefined }

  // Otherwise those who have not logged in could take all the room that is left.
  const guests = Math.max(1, Math.floor((max_guests * room) / max_connections))
  return {
    config: { ...config, server: { ...server, max_connections: room, max_guests: guests } },
    warning: `server.max_connections is ${max_connections}, but only ${openFiles} files may be open, which is enough for ${room} connections: raise that limit to ${max_connections + reserve} (ulimit -n, or LimitNOFILE= of a systemd unit), or lower server.max_connections`,
  }
}
