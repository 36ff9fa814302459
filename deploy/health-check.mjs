// node health-check.mjs [port]: whether the daemon's event loop answers; exit code 0 or 1. For Docker's HEALTHCHECK.
// It says nothing and closes its half; a daemon that is well closes the other. That needs no TLS, and such a connection is
// no line in the log. Where only the kernel still accepts connections, nobody closes.
import { connect } from 'node:net'

const DEADLINE_MS = 4000

const socket = connect({ port: Number(process.argv[2] ?? 8080), host: '127.0.0.1', allowHalfOpen: true })
const fail = (cause) => {
  console.error(`not healthy: ${cause}`)
  process.exit(1)
}
setTimeout(fail, DEADLINE_MS, `no answer within ${DEADLINE_MS} ms`)
socket.on('connect', () => socket.end())
socket.on('error', ({ message }) => fail(message))
socket.on('end', () => process.exit(0))
socket.resume()
