import { within } from './within.ts'

const DEADLINE_MS = 10_000

/** A channel that both parties open by themselves under the same number, so neither misses the other's first word. */
export function createDataChannel(connection: RTCPeerConnection): RTCDataChannel {
  return connection.createDataChannel('chat', { negotiated: true, id: 0 })
}

export function opened(channel: RTCDataChannel): Promise<void> {
  if (channel.readyState === 'open') return Promise.resolve()
  const open = new Promise<void>((resolve) => {
    channel.onopen = () => {
      resolve()
    }
  })
  return within(DEADLINE_MS, 'opening the data channel', open)
}

/** Says it at one end, and gives what was heard at the other. */
export function carry(text: string, from: RTCDataChannel, to: RTCDataChannel): Promise<string> {
  const heard = new Promise<string>((resolve) => {
    to.onmessage = ({ data }) => {
      resolve(String(data))
    }
  })
  from.send(text)
  return within(DEADLINE_MS, 'a message over the data channel', heard)
}
