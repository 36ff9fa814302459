// PeerServer as it comes, but for its limit of clients, which must not be what is measured.
import { PeerServer } from 'peer'

PeerServer({ host: '127.0.0.1', port: 0, concurrent_limit: 1_000_000 }, (server) => {
  console.log(server.address().port)
})
