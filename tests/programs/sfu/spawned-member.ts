import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

const PROGRAM = fileURLToPath(new URL('peer/client-member.ts', import.meta.url))

const looked = z.object({
  gets: z.array(z.string()),
  states: z.array(z.string()),
  connections: z.int(),
  made: z.int(),
  soundIsOn: z.boolean(),
})

/** Somebody with roomrtc-client, in a process of its own. */
export interface ClientMember {
  /** What comes just now, as `bob audio`. */
  readonly gets: () => readonly string[]
  /** Of the media of each other member, as `bob connected`. */
  readonly states: () => readonly string[]
  /** How many are open. */
  readonly connections: () => number
  /** How many have ever been made. */
  readonly made: () => number
  readonly soundIsOn: () => boolean
  do(deed: 'mute' | 'sound alone' | 'bind again' | 'leave'): void
}

/** Resolves when it is in the room. */
export async function spawnMember(
  ends: (() => unknown)[],
  port: number,
  name: string,
  room: string,
): Promise<ClientMember> {
  const args = ['--import', 'tsx', PROGRAM, String(port), name, room]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const closed = once(child, 'close')
  ends.push(() => {
    child.kill('SIGKILL')
    return closed
  })
  child.stdin.on('error', () => undefined)
  const lines = createInterface({ input: child.stdout })
  let last = looked.parse(JSON.parse(String((await once(lines, 'line'))[0])))
  lines.on('line', (line) => {
    last = looked.parse(JSON.parse(line))
  })
  return {
    gets: () => last.gets,
    states: () => last.states,
    connections: () => last.connections,
    made: () => last.made,
    soundIsOn: () => last.soundIsOn,
    do(deed) {
      child.stdin.write(`${deed}\n`)
    },
  }
}
