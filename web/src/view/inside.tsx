import { useEffect } from 'preact/hooks'
import type { Inside as InsideState } from '../model/state.ts'
import { CallElsewhere } from './call-elsewhere.tsx'
import { useTongue } from './context.ts'
import { Home } from './home/home.tsx'
import { CallScreen, IncomingCall, Invitations, loadViewsSoon, RoomScreen, Talk } from './later-views.ts'
import { LinkBanner } from './link-banner.tsx'
import { Notices } from './notices.tsx'

/** Who is signed in sees people, a call, or a room. */
export function Inside({ inside }: { readonly inside: InsideState }) {
  const { t } = useTongue()
  const { call, elsewhere, link, notices, me, messages, people, rooms } = inside
  const { room } = rooms
  const isRinging = call?.phase.name === 'ringing-in'
  const isCalled = call?.role === 'callee' && (isRinging || call.phase.name === 'preparing')
  const isCallShown = call !== undefined && !isCalled
  useEffect(loadViewsSoon, [])
  useEffect(() => {
    document.title = isRinging ? `${call.peer.username} ${t.call.ringingIn}` : t.appName
    return () => {
      document.title = t.appName
    }
  }, [isRinging, call?.peer.username, t])
  return (
    <div class={messages?.open === undefined ? 'whole' : 'whole has-talk'}>
      <div class={isCallShown || room !== undefined ? 'inside is-call' : 'inside'}>
        {elsewhere !== undefined && call === undefined && room === undefined && (
          <CallElsewhere device={elsewhere} />
        )}
        <LinkBanner link={link} isInCall={call !== undefined || room !== undefined} />
        {isCallShown ? (
          <CallScreen call={call} me={me.id} people={people} messages={messages} />
        ) : room === undefined ? (
          <Home inside={inside} />
        ) : (
          <RoomScreen room={room} speaking={rooms.speaking} me={me.id} people={people} messages={messages} />
        )}
        {call !== undefined && isCalled && <IncomingCall call={call} />}
        <Invitations invitations={rooms.invitations} username={me.username} />
        <Notices notices={notices} />
      </div>
      {messages?.open !== undefined && <Talk other={messages.open} inside={inside} />}
    </div>
  )
}
