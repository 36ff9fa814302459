import { capabilities } from '../../protocol/capabilities.ts'
import { certificateFindings } from './check-certificate.ts'
import { troubleOf } from './cures.ts'
import { fault, type Finding, ok, type Tell, warning } from './finding.ts'
import type { Line } from './line.ts'
import { openSocketLine, openWebSocketLine } from './open-line.ts'
import type { Settings } from './settings.ts'
import { nameOf, type Target } from './target.ts'

const BEATS = 5
const SLOW_MS = 300

/** Over TCP or TLS: connection, certificate, HELLO, round trip. The line where all of it worked, to go on with. */
export async function checkSocket(target: Target, settings: Settings, tell: Tell): Promise<Line | undefined> {
  const { timeoutMs: ms, ca, now } = settings
  const scheme = target.scheme === 'tls' ? 'tls' : 'tcp'
  try {
    const { line, tls } = await openSocketLine(target, scheme === 'tls' ? { ca } : undefined, ms)
    if (tls !== undefined) for (const found of certificateFindings(tls, target, now())) tell(found)
    return await greet(line, scheme, nameOf(target), ms, tell)
  } catch (error) {
    tell(failure(scheme, nameOf(target), error))
    return undefined
  }
}

/** Over a WebSocket. */
export async function checkWebSocket(
  target: Target,
  settings: Settings,
  tell: Tell,
): Promise<Line | undefined> {
  const scheme = target.scheme === 'wss' ? 'wss' : 'ws'
  const url = `${nameOf(target)}${target.path}`
  try {
    return await greet(
      await openWebSocketLine(url, settings.timeoutMs),
      scheme,
      url,
      settings.timeoutMs,
      tell,
    )
  } catch (error) {
    tell(failure(scheme, url, error))
    return undefined
  }
}

/** HELLO, and a few heartbeats. */
async function greet(line: Line, scheme: string, name: string, ms: number, tell: Tell): Promise<Line> {
  try {
    const wanted = Object.keys(capabilities)
    line.send({
      type: 'HELLO',
      payload: { protocol: 1, client: 'roomrtc-server doctor', capabilities: wanted },
    })
    const { payload } = await line.next(ms, 'WELCOME')
    const { limits } = payload
    tell(ok(scheme, `${name} answers: ${payload.server}, protocol ${payload.protocol}`))
    const rate = limits.max_requests_per_minute
    tell(
      ok(
        'limits',
        `frames up to ${limits.max_frame_bytes} bytes (${limits.max_frame_bytes_before_login} before the login), ${rate === undefined ? 'no limit on requests' : `${rate} requests a minute`}, resumption within ${limits.resume_window_ms / 1000} s; capabilities: ${payload.capabilities.join(', ')}`,
      ),
    )
    await measure(line, name, ms, tell)
    return line
  } catch (error) {
    line.close()
    throw error
  }
}

async function measure(line: Line, name: string, ms: number, tell: Tell): Promise<void> {
  const times: number[] = []
  for (let beat = 1; beat <= BEATS; beat++) {
    const start = performance.now()
    line.send({ type: 'HEARTBEAT', payload: { timestamp: beat } })
    await line.next(ms, 'HEARTBEAT')
    times.push(performance.now() - start)
  }
  const sorted = times.toSorted((a, b) => a - b)
  const median = sorted[Math.floor(BEATS / 2)] ?? 0
  const message = `${name}: ${inMs(median)} (${inMs(sorted[0] ?? 0)} to ${inMs(sorted.at(-1) ?? 0)}, ${BEATS} times)`
  if (median <= SLOW_MS) tell(ok('round trip', message))
  else
    tell(
      warning(
        'round trip',
        message,
        'calls take long to set up: look at the network, and at how busy the server is',
      ),
    )
}

function failure(check: string, name: string, error: unknown): Finding {
  const { message, cure } = troubleOf(error)
  return fault(check, `${name}: ${message}`, cure)
}

function inMs(ms: number): string {
  return `${ms.toFixed(1)} ms`
}
