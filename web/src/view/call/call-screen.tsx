import { useEffect, useRef, useState } from 'preact/hooks'
import { type CallView, isOngoing } from '../../model/call-view.ts'
import type { People } from '../../model/people.ts'
import type { MessagesState } from '../../model/state.ts'
import { useTongue } from '../context.ts'
import { TalkButton } from '../parts/talk-button.tsx'
import '../../style/call.css'
import { Controls } from './controls.tsx'
import { FullScreenButton } from './full-screen.tsx'
import { OwnPicture } from './own-picture.tsx'
import { QualityBadge } from './quality-badge.tsx'
import { RemotePicture } from './remote-picture.tsx'
import { StateText } from './state-text.tsx'
import { Timer } from './timer.tsx'
import { TransferDialog } from './transfer-dialog.tsx'

interface Props {
  readonly call: CallView
  /** The user's own id. */
  readonly me: string
  readonly people: People
  readonly messages: MessagesState | undefined
}

/** A call, from the moment at which somebody is called. */
export function CallScreen({ call, me, people, messages }: Props) {
  const { t } = useTongue()
  const { peer, phase, quality } = call
  const [isTransferring, setTransferring] = useState(false)
  const screen = useRef<HTMLElement>(null)
  useEffect(() => {
    screen.current?.focus()
  }, [])
  return (
    <>
      <main class="call" ref={screen} tabIndex={-1} aria-label={t.call.with(peer.username)}>
        <RemotePicture call={call} />
        <header class="call-head">
          <div class="call-who">
            <h1>{peer.username}</h1>
            {isOngoing(phase) && <Timer isHeld={phase.name === 'held'} />}
          </div>
          {isOngoing(phase) && <QualityBadge quality={quality} username={peer.username} />}
          {messages !== undefined && <TalkButton messages={messages} other={{ kind: 'user', user: peer }} />}
          <FullScreenButton />
        </header>
        <StateText call={call} />
        <OwnPicture call={call} />
        <Controls
          call={call}
          onTransfer={() => {
            setTransferring(true)
          }}
        />
      </main>
      {isTransferring && isOngoing(phase) && (
        <TransferDialog
          {...{ call, me, people }}
          onClose={() => {
            setTransferring(false)
          }}
        />
      )}
    </>
  )
}
