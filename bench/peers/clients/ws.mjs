import { playClients } from './play-clients.mjs'

playClients({
  path: () => '/',
  *login(id) {
    const login = JSON.stringify({ type: 'login', id })
    const answer = yield login
    if (answer !== login) throw new Error(`not logged in: ${answer}`)
  },
  chore: () => undefined,
  relayed({ kind, from, to, payload }) {
    const message = { type: kind, dst: to, payload }
    return { sent: JSON.stringify(message), arrives: JSON.stringify({ ...message, src: from }) }
  },
})
