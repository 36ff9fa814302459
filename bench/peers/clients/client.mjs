import { WebSocket } from 'ws'

/** A client of a WebSocket server that has said who it is; `speech` is the server's own way of saying things. */
export class Client {
  #socket
  #onMessage
  #onChunk

  constructor(socket, speech) {
    this.#socket = socket
    let count = 0
    socket.on('message', (data) => {
      const answer = speech.chore?.(data)
      if (answer !== undefined) {
        socket.send(answer)
        return
      }
      if (this.#onMessage === undefined) throw new Error(`nobody waits for: ${data}`)
      this.#onMessage(data)
      // All messages of a piece that came in are told before what is put off here.
      if (count++ > 0) return
      process.nextTick(() => {
        const now = count
        count = 0
        this.#onChunk?.(now)
      })
    })
    socket.on('close', () => {
      throw new Error('the server has closed a connection')
    })
  }

  /** Resolves when the server knows that this is the user with the id. */
  static async logIn(port, id, speech) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${speech.path(id)}`)
    const client = new Client(socket, speech)
    await new Promise((resolve, reject) => {
      socket.on('error', reject)
      const steps = speech.login(id)
      const go = (answer) => {
        const { value, done } = steps.next(answer)
        if (done) resolve()
        else if (value !== undefined) socket.send(value)
      }
      client.watch((data) => go(data.toString()))
      socket.on('open', () => go())
    })
    return client
  }

  /** Calls the one function for each message that comes, and then the other, for all that came in one piece, with their number. */
  watch(onMessage, onChunk) {
    this.#onMessage = onMessage
    this.#onChunk = onChunk
  }

  /** In one go, as the clients of the floor and of the daemon do. */
  sendSeveral(count, next) {
    const { _socket: tcp } = this.#socket
    tcp.cork()
    for (let i = 0; i < count; i++) this.#socket.send(next(), { binary: false })
    tcp.uncork()
  }
}
