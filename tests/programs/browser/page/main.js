import { createPeer } from './peer.js'
import { openSession, register, takeToken } from './signaling.js'

const at = (id) => document.getElementById(id)
const show = (state) => (at('state').textContent = state)

const server = new URLSearchParams(location.search).get('server') ?? location.origin
const people = new Map()
let iceServers = []
let session
let call
let peer

at('enter').onsubmit = async (event) => {
  event.preventDefault()
  const person = Object.fromEntries(new FormData(event.target))
  try {
    await register(server, person).catch((error) => {
      if (!error.message.startsWith('username_taken')) throw error
    })
    session = await openSession(server, await takeToken(server, person), handlers, closed)
    session.send('USER_LIST_REQUEST')
    show(`${session.username} is here`)
  } catch (error) {
    show(error.message)
  }
}

const handlers = {
  USER_LIST_RESPONSE({ users }) {
    for (const user of users) people.set(user.user_id, user)
    list()
  },
  USER_STATE_UPDATE(user) {
    people.set(user.user_id, user)
    list()
  },
  ICE_SERVERS({ ice_servers }) {
    iceServers = ice_servers
  },
  CALL_NOTIFICATION({ call_id, from_user_id, from_username }) {
    call = { call_id, to_user_id: from_user_id }
    at('accept').hidden = false
    show(`${from_username} calls`)
  },
  // Told to the caller; to both where they called each other at once. The caller offers.
  async CALL_ACCEPTED({ call_id, peer_user_id, peer_username, role }) {
    call = { call_id, to_user_id: peer_user_id }
    at('hang-up').hidden = false
    show(`in a call with ${peer_username}`)
    if (role === 'caller') await (await answerable()).offer()
  },
  async SDP_OFFER({ sdp }) {
    await (await answerable()).takeOffer(sdp)
  },
  SDP_ANSWER: ({ sdp }) => peer.takeAnswer(sdp),
  ICE_CANDIDATE: (candidate) => peer.takeCandidate(candidate),
  HANGUP: ({ reason }) => over(reason),
  CALL_DECLINED: ({ reason }) => over(reason),
  ERROR: ({ reason, message }) => show(`${reason}: ${message}`),
}

async function answerable() {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true })
  const remote = new MediaStream()
  peer ??= createPeer(session.send, call, {
    iceServers,
    stream,
    // A native client need not have put its tracks into a stream.
    onTrack({ track }) {
      remote.addTrack(track)
      at('remote').srcObject = remote
    },
  })
  // For whoever looks at this page from outside.
  window.connection = peer.connection
  return peer
}

at('accept').onclick = () => {
  at('accept').hidden = true
  at('hang-up').hidden = false
  show('in a call')
  session.send('CALL_RESPONSE', { call_id: call.call_id, accepted: true })
}

at('hang-up').onclick = () => {
  session.send('HANGUP', { call_id: call.call_id })
  over('hangup')
}

function over(reason) {
  for (const { track } of peer?.connection.getSenders() ?? []) track?.stop()
  peer?.close()
  peer = undefined
  window.connection = undefined
  at('accept').hidden = true
  at('hang-up').hidden = true
  show(`the call is over: ${reason}`)
}

function closed(code, reason) {
  show(`closed: ${code} ${reason}`)
}

function list() {
  const others = [...people.values()].filter(
    ({ user_id, state }) => user_id !== session.userId && state !== 'Disconnected',
  )
  at('people').replaceChildren(
    ...others.map(({ user_id, username, state }) => {
      const button = document.createElement('button')
      button.textContent = `Call ${username}`
      button.disabled = state !== 'Available'
      button.onclick = () => session.send('CALL_REQUEST', { to_user_id: user_id })
      const item = document.createElement('li')
      item.append(button)
      return item
    }),
  )
}
