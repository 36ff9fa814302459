// The client's end of roomrtc-server: accounts by HTTP, everything else over one WebSocket with JSON text.

/** Asks by HTTP; throws what the server says against it. */
async function ask(url, body) {
  const headers = { 'Content-Type': 'application/json' }
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  const json = await answer.json()
  if (!answer.ok) throw new Error(`${json.error}: ${json.message}`)
  return json
}

/** Makes an account. `server`: such as http://127.0.0.1:8081 */
export function register(server, person) {
  return ask(new URL('/api/users/register', server), person)
}

/** A token for whoever knows the password. */
export async function takeToken(server, person) {
  const { token } = await ask(new URL('/auth/login', server), person)
  return token
}

/**
 * Opens a WebSocket and logs in. `handlers` has a function for each type of message that is of interest; each is called
 * when the one before has finished, so that messages take effect in the order in which they came. `closed` gets the
 * close code and the reason.
 */
export function openSession(server, token, handlers, closed) {
  const url = new URL('/ws', server.replace(/^http/, 'ws'))
  const socket = new WebSocket(url, 'roomrtc.json')
  const send = (type, fields = {}) => socket.send(JSON.stringify({ type, ...fields }))
  let work = Promise.resolve()

  return new Promise((resolve, reject) => {
    const LOGIN_RESPONSE = ({ success, user_id, username, reason, error }) => {
      if (success) resolve({ send, userId: user_id, username })
      else reject(new Error(`${reason}: ${error}`))
    }
    const all = { LOGIN_RESPONSE, ...handlers }
    socket.onopen = () => {
      send('HELLO', { protocol: 1, client: 'example page', capabilities: ['call_control', 'ice_servers'] })
      send('LOGIN_REQUEST', { token })
    }
    // The browser answers the server's pings by itself: no HEARTBEAT is needed.
    socket.onmessage = ({ data }) => {
      const { type, ...fields } = JSON.parse(data)
      work = work.then(() => all[type]?.(fields)).catch(console.error)
    }
    socket.onclose = ({ code, reason }) => {
      closed(code, reason)
      reject(new Error(`closed: ${code} ${reason}`))
    }
  })
}
