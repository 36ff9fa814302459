import { z } from 'zod'
import { JanusRefusal } from './link/incoming.ts'
import type { Handle, JanusLink } from './link/link.ts'
import { isNameOfRoom, keysOfRoom, PREFIX } from './room-name.ts'

const ROOM_EXISTS = 427
const INVALID_ELEMENT = 430

/** What browsers have to be able to send and to show (RFC 7742); the first that the publisher offers is taken. */
const VIDEO_CODECS = 'vp8,h264'

/** Of 20 ms as a rule: after half a second of sound, or of silence, somebody has begun to speak, or has stopped. */
const SPEECH_PACKETS = 25

/** The average of these is louder than this, from 127, which is silence, to 0 (RFC 6464). */
const SPEECH_LEVEL = 45

const listed = z.object({ list: z.array(z.object({ room: z.string(), num_participants: z.number() })) })
const participants = z.object({ participants: z.array(z.unknown()) })

interface Kept {
  users: number
  isMade: boolean
  /** One thing after the other is done with a room. */
  turn: Promise<void>
}

/** The rooms at one Janus: there from their first seat to their last. */
export class RoomKeeper {
  readonly #handle: Handle
  readonly #secret: string
  readonly #rooms = new Map<string, Kept>()

  private constructor(handle: Handle, secret: string) {
    this.#handle = handle
    this.#secret = secret
  }

  static async open(link: JanusLink, secret: string): Promise<RoomKeeper> {
    const handle = await link.attach(({ kind }) => {
      if (kind === 'detached') link.close('Janus has thrown this server out')
    })
    await checkIds(handle)
    return new RoomKeeper(handle, secret)
  }

  /** For one seat more. Rejects when the room cannot be made; the seat is counted all the same. */
  enter(name: string, maxMembers: number): Promise<void> {
    const kept = this.#rooms.get(name) ?? { users: 0, isMade: false, turn: Promise.resolve() }
    this.#rooms.set(name, kept)
    kept.users += 1
    return inTurn(kept, async () => {
      if (!kept.isMade) await this.#make(name, maxMembers)
      kept.isMade = true
    })
  }

  /** Janus does not know it any more. */
  forget(name: string): void {
    const kept = this.#rooms.get(name)
    if (kept !== undefined) kept.isMade = false
  }

  /** Its handles are detached. */
  leave(name: string): void {
    const kept = this.#rooms.get(name)
    if (kept === undefined) return
    kept.users -= 1
    if (kept.users > 0) return
    inTurn(kept, async () => {
      if (kept.users > 0) return
      kept.isMade = false
      await this.#removeIfEmpty(name)
    })
      .catch(() => undefined)
      .finally(() => {
        if (kept.users === 0 && this.#rooms.get(name) === kept) this.#rooms.delete(name)
      })
  }

  /** What a server that was killed has left behind. */
  async sweep(): Promise<void> {
    const { data } = await this.#handle.ask({ request: 'list' })
    const rooms = listed.safeParse(data)
    for (const { room, num_participants } of rooms.success ? rooms.data.list : []) {
      if (num_participants === 0 && isNameOfRoom(room) && !this.#rooms.has(room))
        await this.#remove(room).catch(unlessRefused)
    }
  }

  async #make(name: string, maxMembers: number): Promise<void> {
    const request = {
      request: 'create',
      room: name,
      ...keysOfRoom(name, this.#secret),
      // Names of rooms are for members alone.
      description: 'roomrtc',
      publishers: maxMembers,
      videocodec: VIDEO_CODECS,
      audiolevel_event: true,
      audio_active_packets: SPEECH_PACKETS,
      audio_level_average: SPEECH_LEVEL,
    }
    try {
      await this.#handle.ask(request)
    } catch (error) {
      if (!(error instanceof JanusRefusal) || error.code !== ROOM_EXISTS) throw error
    }
  }

  /** Those of another node may be in it. */
  async #removeIfEmpty(name: string): Promise<void> {
    const { data } = await this.#handle.ask({ request: 'listparticipants', room: name })
    const read = participants.safeParse(data)
    if (read.success && read.data.participants.length === 0) await this.#remove(name)
  }

  async #remove(name: string): Promise<void> {
    const { secret } = keysOfRoom(name, this.#secret)
    await this.#handle.ask({ request: 'destroy', room: name, secret })
  }
}

/** A Janus that has numbers for names knows no room of this server's. */
async function checkIds(handle: Handle): Promise<void> {
  try {
    await handle.ask({ request: 'exists', room: PREFIX })
  } catch (error) {
    if (!(error instanceof JanusRefusal) || error.code !== INVALID_ELEMENT) throw error
    throw new Error('Janus needs string_ids = true in its janus.plugin.videoroom.jcfg', { cause: error })
  }
}

function inTurn(kept: Kept, task: () => Promise<void>): Promise<void> {
  const done = kept.turn.then(task)
  kept.turn = done.catch(() => undefined)
  return done
}

/** Another server's room has other keys. */
function unlessRefused(error: unknown): void {
  if (!(error instanceof JanusRefusal)) throw error
}
