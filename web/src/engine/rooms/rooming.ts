import type { Client, Person } from 'roomrtc-client'
import type { RoomMedia } from 'roomrtc-client/media'
import { type Invitation, type Room, roomsOf } from 'roomrtc-client/rooms'
import type { Action } from '../../model/action.ts'
import type { OwnMedia } from '../../model/call-view.ts'
import type { News } from '../../model/notices.ts'
import type { Devices } from '../../model/preferences.ts'
import { entering, type Entry, type MemberView, type RoomNews, type RoomView } from '../../model/room-view.ts'
import { keepRoomEntry } from '../kept.ts'
import { openCamera, openMedia, stop } from '../own-media.ts'
import { showInAddress } from './room-hash.ts'
import { refusalOf } from '../session.ts'

/** What a person can do about rooms. */
export interface Rooming {
  readonly enter: (entry: Entry) => Promise<void>
  readonly leave: () => void
  readonly mute: (on: boolean) => void
  readonly switchCamera: (on: boolean) => Promise<void>
  readonly takeDevices: (devices: Devices) => Promise<void>
  readonly invite: (user: Person) => void
  /** For who made the room. */
  readonly remove: (member: string) => void
  readonly close: () => void
  /** Asks anew which rooms there are. */
  readonly look: () => Promise<void>
  readonly decline: (room: string) => void
  /** Leaves too, and comes in again if the page is loaded anew. */
  readonly end: () => void
}

interface Deps {
  readonly client: Client
  readonly dispatch: (action: Action) => void
  readonly devices: () => Devices
  readonly tell: (what: News) => void
  readonly tellOfInvitation: (invitation: Invitation | undefined) => void
}

/** The one room that one is in, from the click to its end. */
interface Present {
  readonly entry: Entry
  readonly waiting: AbortController
  room: Room | undefined
  media: RoomMedia | undefined
  own: OwnMedia
  news: RoomNews | undefined
  isOver: boolean
}

export function createRooming({ client, dispatch, devices, tell, tellOfInvitation }: Deps): Rooming {
  const rooms = roomsOf(client)
  const expiries = new Map<string, number>()
  let present: Present | undefined
  /** Where one was when the session was lost: one comes back there by itself. */
  let lost: Entry | undefined
  const offs = [
    rooms.on('invited', beInvited),
    client.on('loss', () => {
      if (lost !== undefined) void enter(lost)
    }),
  ]
  void look()

  return {
    enter,
    leave,
    look,
    decline,

    mute(on) {
      present?.room?.update({ audioMuted: on })
    },

    async switchCamera(on) {
      const mine = present
      if (mine?.room === undefined) return
      if (on && cameraOf(mine)?.readyState !== 'live' && !(await addCamera(mine))) return
      mine.room.update({ videoMuted: !on })
      // So that its light goes out too.
      if (!on) cameraOf(mine)?.stop()
    },

    async takeDevices(chosen) {
      const mine = present
      if (mine?.media === undefined) return
      const hasCamera = cameraOf(mine)?.readyState === 'live'
      await replaceOwn(mine, await openMedia(hasCamera ? 'video' : 'voice', chosen, 'room'))
    },

    invite(user) {
      present?.room?.invite(user)
    },

    remove(member) {
      present?.room?.remove(member)
    },

    close() {
      present?.room?.close()
    },

    end() {
      for (const off of offs) off()
      for (const timer of expiries.values()) window.clearTimeout(timer)
      tellOfInvitation(undefined)
      const room = present?.room
      finish(present, { isKept: true })
      room?.leave()
    },
  }

  async function enter(entry: Entry): Promise<void> {
    if (present?.entry.id === entry.id || present?.room?.id === entry.id) return
    leave()
    lost = undefined
    decline(entry.id)
    const waiting = new AbortController()
    const own: OwnMedia = { stream: undefined, trouble: undefined }
    const mine: Present = {
      ...{ entry, waiting, own, room: undefined, media: undefined, news: undefined, isOver: false },
    }
    present = mine
    dispatch({ type: 'room', room: entering(entry) })
    // The browser asks for the camera while the server lets one in.
    const opening = openMedia(entry.kind, devices(), 'room')
    try {
      await follow(mine)
      await takeOwn(mine, await opening)
      await bind(mine)
    } catch (error) {
      void opening.then(({ stream }) => {
        stop(stream)
      })
      if (mine.isOver) return
      finish(mine)
      mine.room?.leave()
      tell({ name: 'room_refused', room: entry.id, reason: refusalOf(error).reason })
    }
  }

  function leave(): void {
    const mine = present
    if (mine === undefined) return
    mine.waiting.abort()
    finish(mine)
    mine.room?.leave()
    void look()
  }

  async function follow(mine: Present): Promise<void> {
    const { id, nickname, invite } = mine.entry
    const { signal } = mine.waiting
    const room = await rooms.join(id, { nickname, signal, ...(invite !== undefined && { invite }) })
    mine.room = room
    keepRoomEntry({ ...mine.entry, id: room.id })
    showInAddress(room.id)
    const happens = (event: RoomNews['event']) => (member: { readonly nickname: string }) => {
      mine.news = { event, nickname: member.nickname }
      draw(mine)
    }
    for (const event of ['joined', 'reconnecting', 'connected'] as const) room.on(event, happens(event))
    room.on('left', ({ member, reason }) => {
      happens(reason === 'removed' ? 'removed' : 'left')(member)
    })
    for (const event of ['updated', 'own', 'resumed'] as const) {
      room.on(event, () => {
        draw(mine)
      })
    }
    room.on('ended', ({ reason }) => {
      if (mine.isOver) return
      if (reason === 'lost') lost = mine.entry
      finish(mine)
      if (client.state.name !== 'signed-out') tell({ name: 'room_over', room: room.name, reason })
      void look()
    })
    draw(mine)
  }

  async function bind(mine: Present): Promise<void> {
    const { room } = mine
    if (room === undefined || mine.isOver) return
    const { boundRoom } = await import('./room-media.ts')
    // It closes itself where the room has ended meanwhile.
    mine.media = await boundRoom(client, room, () => mine.own.stream, {
      changed: () => {
        draw(mine)
      },
      speaking: (ids) => {
        if (!mine.isOver) dispatch({ type: 'speaking', ids })
      },
    })
    draw(mine)
  }

  /** What cannot be sent is told to the others as switched off. */
  async function takeOwn(mine: Present, own: OwnMedia): Promise<void> {
    if (mine.isOver) {
      stop(own.stream)
      return
    }
    const before = mine.own.stream
    mine.own = own
    if (own.trouble !== undefined) tell({ name: 'media', ...own.trouble })
    const [sound, pictures] = [own.stream?.getAudioTracks() ?? [], own.stream?.getVideoTracks() ?? []]
    if (sound.length === 0) mine.room?.update({ audioMuted: true })
    if (pictures.length === 0) mine.room?.update({ videoMuted: true })
    if (own.stream !== undefined) await mine.media?.setStream(own.stream)
    for (const track of before?.getTracks() ?? []) {
      if (own.stream?.getTracks().includes(track) !== true) track.stop()
    }
    draw(mine)
  }

  async function replaceOwn(mine: Present, own: OwnMedia): Promise<void> {
    if (own.stream !== undefined) await takeOwn(mine, own)
    else if (own.trouble !== undefined) tell({ name: 'media', ...own.trouble })
  }

  async function addCamera(mine: Present): Promise<boolean> {
    const camera = await openCamera(devices(), 'room')
    if (!(camera instanceof MediaStreamTrack)) {
      tell({ name: 'media', ...camera })
      return false
    }
    const sound = mine.own.stream?.getAudioTracks() ?? []
    await takeOwn(mine, { stream: new MediaStream([...sound, camera]), trouble: undefined })
    return !mine.isOver
  }

  /** `isKept`: the address and the entry stay, as the page may come in again. */
  function finish(mine: Present | undefined, { isKept = false } = {}): void {
    if (mine === undefined || mine.isOver) return
    mine.isOver = true
    if (present === mine) present = undefined
    mine.media?.close()
    stop(mine.own.stream)
    dispatch({ type: 'room', room: undefined })
    if (isKept) return
    keepRoomEntry(undefined)
    showInAddress(undefined)
  }

  function draw(mine: Present): void {
    const { room, media, own, news } = mine
    if (mine.isOver || room === undefined) return
    const { id, name, maxMembers, inviteOnly, owner } = room
    const members = [...room.members].map((member): MemberView => ({
      ...member,
      stream: media?.streams.get(member.id),
      link: media?.of(member.id)?.state.name ?? 'waiting',
    }))
    const isOwner = owner !== undefined && owner === client.me?.id
    const view: RoomView = {
      ...{ id, name, maxMembers, inviteOnly, isOwner, members, news },
      ...{ own: room.own, ownMedia: own },
    }
    dispatch({ type: 'room', room: view })
  }

  async function look(): Promise<void> {
    try {
      const { rooms: found, cursor } = await rooms.list()
      dispatch({ type: 'rooms', rooms: { rooms: found, more: cursor !== undefined } })
    } catch {
      // A server without rooms, or none at the moment: what is on the screen stays.
    }
  }

  function beInvited(invitation: Invitation): void {
    const { id } = invitation.room
    if (present?.room?.id === id) return
    window.clearTimeout(expiries.get(id))
    const timer = window.setTimeout(() => {
      decline(id)
    }, invitation.expiresAt - Date.now())
    expiries.set(id, timer)
    dispatch({ type: 'invited', invitation })
    tellOfInvitation(invitation)
  }

  function decline(room: string): void {
    window.clearTimeout(expiries.get(room))
    expiries.delete(room)
    dispatch({ type: 'invitation_over', room })
    tellOfInvitation(undefined)
  }
}

function cameraOf({ own }: Present): MediaStreamTrack | undefined {
  return own.stream?.getVideoTracks()[0]
}
