import type { Row } from '../../harness/row.ts'
import { candidates, relayCpu } from './relay-row.ts'

const cpu = { what: 'server CPU a message', unit: 'µs' }

export const relayWsBinary: Row = {
  name: 'relay-ws-binary',
  what: 'Relay of an ICE candidate between WebSockets, 50 pairs with 32 in flight each, binary',
  figures: { cpu: { ...cpu, against: 'ws that parses nothing', mark: { atMost: 1.15 } } },
  run: (bench) => relayCpu(bench, { ...candidates(bench), subprotocol: 'roomrtc.binary' }),
}

export const relayWsJson: Row = {
  name: 'relay-ws-json',
  what: 'The same as JSON text',
  figures: { cpu: { ...cpu, against: 'ws with JSON.parse and stringify', mark: { atMost: 1.3 } } },
  run: (bench) => relayCpu(bench, { ...candidates(bench), subprotocol: 'roomrtc.json' }),
}
