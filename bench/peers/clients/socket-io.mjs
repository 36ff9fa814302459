// The packets of Engine.IO 4 and Socket.IO 5 as socket.io-client writes them. That itself would write each message by
// itself, and so give its server more work than the others get.
import { playClients } from './play-clients.mjs'

const PING = '2'.charCodeAt(0)
const PONG = '3'
const CONNECT = '40'
const EVENT = '42'

const EVENTS = { candidate: 'candidate', sdp: 'offer' }

const event = (name, message) => `${EVENT}${JSON.stringify([name, message])}`

playClients({
  path: () => '/socket.io/?EIO=4&transport=websocket',
  *login(id) {
    const open = yield
    if (!open.startsWith('0{')) throw new Error(`not open: ${open}`)
    const answer = yield `${CONNECT}${JSON.stringify({ id })}`
    if (!answer.startsWith(`${CONNECT}{`)) throw new Error(`not logged in: ${answer}`)
  },
  chore: (data) => (data.length === 1 && data[0] === PING ? PONG : undefined),
  relayed({ kind, from, to, payload }) {
    const message = { to, ...payload }
    return { sent: event(EVENTS[kind], message), arrives: event(EVENTS[kind], { ...message, from }) }
  },
})
