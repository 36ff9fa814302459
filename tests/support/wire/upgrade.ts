/** A handshake of RFC 6455, with further header lines. */
export function upgradeTo(path: string, ...lines: string[]): string {
  const head = [
    `GET ${path} HTTP/1.1`,
    'Host: localhost',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...lines,
  ]
  return `${head.join('\r\n')}\r\n\r\n`
}
