import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { errorCode } from '../../../domain/error-code.ts'

/**
 * `dead`: nobody listens any more. `withdrawn`: its process has given it up. `held`: its process has the file, or does not
 * answer in time.
 */
export type Answer =
  | { readonly kind: 'dead' | 'withdrawn' }
  | { readonly kind: 'held'; readonly by: z.infer<typeof holder> | undefined }

const holder = z.object({ pid: z.int(), host: z.string() })

/** Asks a claim who has it; waits for one that is not decided. */
export async function askClaim(path: string, deadlineMs: number): Promise<Answer> {
  const socket = connect(path)
  const timer = setTimeout(() => {
    socket.destroy(new Error('no answer'))
  }, deadlineMs)
  try {
    const word = await text(socket)
    if (word === '') return { kind: 'withdrawn' }
    return { kind: 'held', by: holder.safeParse(JSON.parse(word)).data }
  } catch (error) {
    if (errorCode(error) === 'ECONNREFUSED' || errorCode(error) === 'ENOENT') return { kind: 'dead' }
    if (errorCode(error) === 'ECONNRESET' || errorCode(error) === 'EPIPE') return { kind: 'withdrawn' }
    return { kind: 'held', by: undefined }
  } finally {
    clearTimeout(timer)
    socket.destroy()
  }
}
