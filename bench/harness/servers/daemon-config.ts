/** Counted all the same. */
const PLENTY = 1_000_000_000

/**
 * The daemon's configuration in all rows: its defaults, with every check and all accounting at work, but with limits that
 * a whole city behind one address does not reach. A row may add to it.
 */
export function daemonConfig(extra: Readonly<Record<string, object>> = {}): Readonly<Record<string, object>> {
  const base: Readonly<Record<string, object>> = {
    server: {
      port: 0,
      max_connections: 1_000_000,
      max_connections_per_address: 1_000_000,
      max_guests: 1_000_000,
      max_guests_per_address: 1_000_000,
    },
    http: { port: 0 },
    security: {
      bcrypt_cost: 4,
      max_pending_hashes: 1_000_000,
      max_requests_per_minute: PLENTY,
      // The load generator says HEARTBEAT to find out whether all has arrived, and then never again.
      session_timeout_secs: 3600,
    },
    rate_limits: {
      user_per_minute: PLENTY,
      address_per_minute: PLENTY,
      signals_per_minute: PLENTY,
      calls_per_minute: PLENTY,
      logins_per_minute: PLENTY,
      login_burst: PLENTY,
      registrations_per_minute: PLENTY,
      registration_burst: PLENTY,
      failed_logins: PLENTY,
      failed_logins_per_address: PLENTY,
    },
    limits: { login_timeout_ms: 600_000, max_outbound_bytes: 256 * 1024 * 1024 },
    // A server that is behind with telling everybody must not lose calls for it.
    calls: { ring_timeout_ms: 600_000 },
    resume: { window_ms: 600_000 },
  }
  const sections = new Set([...Object.keys(base), ...Object.keys(extra)])
  return Object.fromEntries([...sections].map((name) => [name, { ...base[name], ...extra[name] }]))
}
