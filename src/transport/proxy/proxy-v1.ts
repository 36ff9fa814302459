import { isIPv4, isIPv6 } from 'node:net'
import { plainAddress } from '../admission/address/plain-address.ts'
import { INCOMPLETE, invalid, type ProxyOutcome } from './proxy-outcome.ts'

export const V1_START = Buffer.from('PROXY ')

/** With its CR LF. */
const MAX_V1_BYTES = 107
const LF = 0x0a

// PROXY TCP4 source destination source-port destination-port, a single space between each.
const TCP = /^PROXY (TCP4|TCP6) ([\da-fA-F:.]+) ([\da-fA-F:.]+) (\d{1,5}) (\d{1,5})\r\n$/
const UNKNOWN = /^PROXY UNKNOWN(?: [\x20-\x7e]*)?\r\n$/

/** One line of ASCII text; of UNKNOWN all that follows is passed over. */
export function parseProxyV1(bytes: Buffer): ProxyOutcome {
  const end = bytes.subarray(0, MAX_V1_BYTES).indexOf(LF) + 1
  if (end === 0) return bytes.length < MAX_V1_BYTES ? INCOMPLETE : invalid('its line is too long')
  const line = bytes.toString('latin1', 0, end)
  if (UNKNOWN.test(line)) return { kind: 'header', address: undefined, port: undefined, length: end }
  const [, family, source = '', destination = '', sourcePort = '', destinationPort = ''] =
    TCP.exec(line) ?? []
  if (family === undefined) return invalid('its line is malformed')
  const isAddress = family === 'TCP4' ? isIPv4 : isIPv6
  if (!isAddress(source) || !isAddress(destination))
    return invalid(`its addresses are not those of ${family}`)
  if (!isPort(sourcePort) || !isPort(destinationPort)) return invalid('its ports are not ports')
  return { kind: 'header', address: plainAddress(source), port: Number(sourcePort), length: end }
}

function isPort(text: string): boolean {
  return Number(text) <= 65_535 && String(Number(text)) === text
}
