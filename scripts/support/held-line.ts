import { type Line, type Message, openLine, type Surroundings } from 'roomrtc-client'

/** What was sent and what arrived, as it happens. */
export interface Traffic {
  readonly way: 'sent' | 'received'
  readonly message: Message
}

/** A client's connection in the hands of a demo or a test: it shows what passes, and breaks when told. */
export interface HeldLine {
  /** For `connect`. */
  readonly surroundings: Partial<Surroundings>
  /** Ends the present connection without a word. The client connects again. */
  cut(): void
  /** There is no network, until there is one again. */
  goOffline(): void
  comeBack(): void
}

export function holdLine(trace: (traffic: Traffic) => void = () => undefined): HeldLine {
  const watchers = new Set<(event: 'online' | 'offline' | 'visible') => void>()
  let present: Line | undefined
  let online = true
  const cut = () => present?.cut()
  return {
    surroundings: {
      openLine: (url, options, events) => {
        const line = openLine(url, options, {
          ...events,
          received: (message) => {
            trace({ way: 'received', message })
            events.received(message)
          },
        })
        present = line
        return {
          send: (message) => {
            trace({ way: 'sent', message })
            line.send(message)
          },
          close: () => {
            line.close()
          },
          cut: () => {
            line.cut()
          },
        }
      },
      network: {
        online: () => online,
        watch: (listener) => {
          watchers.add(listener)
          return () => watchers.delete(listener)
        },
      },
    },
    cut,
    goOffline() {
      online = false
      cut()
    },
    comeBack() {
      online = true
      for (const watcher of watchers) watcher('online')
    },
  }
}
