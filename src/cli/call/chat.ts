import type { Call, Client } from 'roomrtc-client'
import { bindMedia } from 'roomrtc-client/media'
import { mediaOptions } from '../webrtc/media-options.ts'
import { isChannel, type TextChannel } from '../webrtc/text-channel.ts'
import type { Wrtc } from '../webrtc/wrtc.ts'

/** Lines of text to the other party of a call, peer to peer. */
export interface Chat {
  readonly isOpen: boolean
  /** False where it is not open yet, or any more. */
  say(text: string): boolean
  close(): void
}

interface Listener {
  opened(): void
  heard(text: string): void
}

export function openChat(client: Client, call: Call, wrtc: Wrtc, listener: Listener): Chat {
  let channel: TextChannel | undefined
  const media = bindMedia(client, call, mediaOptions(wrtc))
  media.on('channel', (opened: unknown) => {
    if (!isChannel(opened)) return
    channel = opened
    opened.onmessage = ({ data }) => {
      if (typeof data === 'string') listener.heard(data)
    }
    listener.opened()
  })
  const chat = {
    get isOpen() {
      return channel?.readyState === 'open'
    },
    say(text: string) {
      if (!chat.isOpen) return false
      channel?.send(text)
      return true
    },
    close() {
      media.close()
    },
  }
  return chat
}
