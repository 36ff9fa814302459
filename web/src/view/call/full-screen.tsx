import { useEffect, useState } from 'preact/hooks'
import { useTongue } from '../context.ts'
import { IconButton } from '../parts/icon-button.tsx'
import { callIcons } from './call-icons.ts'

/** All of the page, so that what is told meanwhile is seen too. The browser of a telephone may not be able to. */
export function FullScreenButton() {
  const { t } = useTongue()
  const [isFull, setFull] = useState(document.fullscreenElement !== null)
  useEffect(() => {
    const look = (): void => {
      setFull(document.fullscreenElement !== null)
    }
    document.addEventListener('fullscreenchange', look)
    return () => {
      document.removeEventListener('fullscreenchange', look)
      if (document.fullscreenElement !== null) void document.exitFullscreen()
    }
  }, [])
  if (!document.fullscreenEnabled) return null
  return (
    <IconButton
      icon={isFull ? callIcons.shrink : callIcons.expand}
      label={isFull ? t.call.leaveFullScreen : t.call.fullScreen}
      onClick={() => {
        const done = isFull ? document.exitFullscreen() : document.documentElement.requestFullscreen()
        done.catch(() => undefined)
      }}
    />
  )
}
