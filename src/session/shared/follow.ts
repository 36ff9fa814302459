import type { Effect } from '../../application/effect.ts'
import type { SessionId } from '../../domain/ids.ts'
import type { CallDetails } from '../delivery/call-details.ts'
import type { CallLinks } from '../delivery/call-links.ts'
import type { DeliverMessages } from '../delivery/deliver-messages.ts'
import type { DeliverRoom } from '../delivery/deliver-room.ts'
import { isTold } from '../delivery/present/present-call.ts'
import type { Tell } from '../delivery/tell.ts'
import type { UserListFrame } from '../delivery/user-list-frame.ts'
import type { Lifecycle } from '../lifecycle.ts'
import type { Feeds } from '../presence/feeds.ts'
import type { Registry } from '../registry.ts'
import type { TokenTable } from '../resumption/token-table.ts'
import { type PostOffice, Session } from '../session.ts'
import type { SfuSeats } from '../sfu/sfu-seats.ts'
import type { Replica } from './copy/replica.ts'

interface Deps {
  readonly replica: Replica
  readonly registry: Registry
  readonly lifecycle: Lifecycle
  readonly tokens: TokenTable
  readonly office: PostOffice
  readonly feeds: Feeds
  readonly userList: UserListFrame
  readonly links: CallLinks
  readonly deliverRoom: DeliverRoom
  readonly seats: Pick<SfuSeats, 'left'> | undefined
  readonly messages: DeliverMessages
  readonly tell: Tell
  readonly details: Pick<CallDetails, 'endedElsewhere'>
}

/** Carries out what another node has decided, as far as it matters to the sessions that are here. */
export interface Follow {
  readonly effects: (effects: readonly Effect[]) => void
  /** Takes a session in that is elsewhere. */
  readonly know: (id: SessionId) => void
}

export function makeFollow(deps: Deps): Follow {
  const { replica, registry, lifecycle, tokens, office, feeds, userList, links, deliverRoom, tell, details } =
    deps
  return {
    effects(effects) {
      for (const effect of effects) follow(effect)
    },
    know,
  }

  function follow(effect: Effect): void {
    if (isTold(effect)) {
      tell(effect)
      return
    }
    switch (effect.kind) {
      case 'presence':
        userList.changed()
        feeds.users.tell(effect)
        break
      case 'session-opened':
        know(effect.session)
        break
      case 'session-detached':
        lifecycle.detach(effect.session)
        break
      case 'session-watches': {
        const session = registry.get(effect.session)
        if (session !== undefined) session.watching = effect.watching
        break
      }
      case 'session-attached':
        handOver(effect.session)
        break
      case 'session-ended':
        lifecycle.end(effect.session, effect.cause)
        break
      case 'call-placed':
        links.placed(effect.call)
        break
      case 'call-rings-at':
        links.ringsAt(effect.call, effect.session)
        break
      case 'call-connected':
        links.connected(effect.call)
        break
      case 'call-moved':
        links.moved(effect.call)
        break
      case 'call-changed':
        links.changed(effect.call)
        break
      case 'call-ended':
        links.ended(effect.call)
        details.endedElsewhere(effect.call.id)
        break
      case 'room-entered':
      case 'room-member-changed':
      case 'room-left':
      case 'room-changed':
      case 'room-ended':
      case 'room-news':
      case 'room-goodbye':
      case 'room-muted':
      case 'room-invitation':
        deliverRoom(effect)
        break
      case 'message-news':
        deps.messages.deliver(effect)
        break
      case 'accounts-changed':
      case 'answer-account-deleted':
      case 'answer-call-moved':
      case 'answer-conversations':
      case 'answer-devices':
      case 'answer-do-not-disturb':
      case 'answer-history':
      case 'answer-logged-in':
      case 'answer-logged-out':
      case 'answer-messages':
      case 'answer-password-changed':
      case 'answer-push':
      case 'answer-registered':
      case 'answer-resumed':
      case 'answer-room-joined':
      case 'answer-room-list':
      case 'answer-user-list':
      case 'answer-watched':
      case 'call-quality':
      case 'call-refused':
      case 'history-forgotten':
      case 'history-seen':
      case 'ice-servers':
      case 'relay':
      case 'sfu-layers':
      case 'sfu-renew':
      case 'sfu-signal':
        // The rest is for whoever asked, and for the node that decided.
        break
    }
  }

  function know(id: SessionId): void {
    const shared = replica.sessions.get(id)
    if (shared === undefined || registry.get(id) !== undefined) return
    const { record, home } = shared
    const { user, capabilities, detachedSince } = record
    const known = new Session({ id, user, device: home.device }, capabilities, undefined, office)
    known.watching = record.watching
    known.elsewhere = { connected: detachedSince === undefined }
    registry.add(known)
  }

  /** Its client has come to another node, which tells it all from now on. */
  function handOver(id: SessionId): void {
    const session = registry.get(id)
    if (session === undefined) return
    const { endpoint, resumption } = session
    session.device = replica.homeOf(id)?.device ?? session.device
    if (session.elsewhere === undefined) {
      tokens.forget(session)
      resumption?.ended()
      session.resumption = undefined
      session.endpoint = undefined
      session.forgetWaiting()
      deps.seats?.left(id)
    }
    session.elsewhere = { connected: true }
    registry.settle(session)
    endpoint?.fail({ reason: 'session_resumed' })
    endpoint?.bind(undefined)
  }
}
