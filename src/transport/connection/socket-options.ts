/** From so much unread output on, 'drain' tells when it has left. Said here because the default grew with Node 22. */
const HIGH_WATER_MARK = 16_384

/** Of every socket that a door accepts. `keepAliveMs`: the idle time before the kernel probes whether the peer is still there. */
export function socketOptions(keepAliveMs: number) {
  return {
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: keepAliveMs,
    highWaterMark: HIGH_WATER_MARK,
  }
}
