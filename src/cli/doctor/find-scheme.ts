import { Foreign, Refused } from './line.ts'
import { openSocketLine } from './open-line.ts'
import type { Scheme, Target } from './target.ts'

/** What a port speaks whose scheme was not named. Rejects where nobody answers at all. */
export async function findScheme(target: Target, ms: number): Promise<Scheme> {
  const plain = await tried(target, false, ms)
  if (plain !== undefined) return plain
  // What does not understand a frame may speak TLS.
  return (await tried(target, true, ms).catch(() => undefined)) ?? 'tcp'
}

async function tried(target: Target, secure: boolean, ms: number): Promise<Scheme | undefined> {
  const { line } = await openSocketLine(target, secure ? { ca: undefined } : undefined, ms)
  try {
    line.send({ type: 'HELLO', payload: { protocol: 1, client: 'roomrtc-server doctor', capabilities: [] } })
    await line.next(ms, 'WELCOME')
    return secure ? 'tls' : 'tcp'
  } catch (error) {
    if (error instanceof Refused) return error.reason === 'tls_required' ? 'tls' : secure ? 'tls' : 'tcp'
    if (error instanceof Foreign && error.speaks === 'HTTP') return secure ? 'https' : 'http'
    return undefined
  } finally {
    line.close()
  }
}
