import { useEffect } from 'preact/hooks'
import type { Inside as InsideState } from '../model/state.ts'
import { CallScreen } from './call/call-screen.tsx'
import { IncomingCall } from './call/incoming-call.tsx'
import { useTongue } from './context.ts'
import { Home } from './home/home.tsx'
import { LinkBanner } from './link-banner.tsx'
import { Notices } from './notices.tsx'

/** Who is signed in sees people, or a call. */
export function Inside({ inside }: { readonly inside: InsideState }) {
  const { t } = useTongue()
  const { call, link, notices } = inside
  const isRinging = call?.phase.name === 'ringing-in'
  const isCalled = call?.role === 'callee' && (isRinging || call.phase.name === 'preparing')
  const isCallShown = call !== undefined && !isCalled
  useEffect(() => {
    document.title = isRinging ? `${call.peer.username} ${t.call.ringingIn}` : t.appName
    return () => {
      document.title = t.appName
    }
  }, [isRinging, call?.peer.username, t])
  return (
    <div class={isCallShown ? 'inside is-call' : 'inside'}>
      <LinkBanner link={link} isInCall={call !== undefined} />
      {isCallShown ? <CallScreen call={call} /> : <Home inside={inside} />}
      {call !== undefined && isCalled && <IncomingCall call={call} />}
      <Notices notices={notices} />
    </div>
  )
}
