/** Tells of a call by the system, while nobody looks at the page. */
export interface Notifications {
  readonly show: (title: string, body: string) => void
  readonly close: () => void
}

export function createNotifications(): Notifications {
  let shown: Notification | undefined
  return {
    show(title, body) {
      if (!document.hidden || permission() !== 'granted') return
      try {
        shown = new Notification(title, {
          body,
          tag: 'roomrtc-call',
          requireInteraction: true,
          icon: './icon.svg',
        })
        shown.onclick = () => {
          window.focus()
          shown?.close()
        }
      } catch {
        // Some browsers of phones have the class and let only a service worker use it.
      }
    },
    close() {
      shown?.close()
      shown = undefined
    },
  }
}

export function permission(): NotificationPermission | 'unsupported' {
  return 'Notification' in window ? Notification.permission : 'unsupported'
}

/** Asks the person; to be called as an answer to a click. */
export async function askPermission(): Promise<boolean> {
  if (permission() === 'unsupported') return false
  return (await Notification.requestPermission()) === 'granted'
}
