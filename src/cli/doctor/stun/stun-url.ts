export interface StunUrl {
  readonly kind: 'stun' | 'turn'
  readonly transport: 'udp' | 'tcp' | 'tls'
  /** Without brackets. */
  readonly host: string
  readonly port: number
}

/** RFC 7064 and 7065: `stun:host`, `turns:[2001:db8::1]:5349?transport=tcp`. Undefined for what is none. */
export function parseStunUrl(url: string): StunUrl | undefined {
  const match = /^(stun|turn)(s?):(\[[\da-f:.]+\]|[^:?[\]]+)(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?$/i.exec(
    url,
  )
  if (match === null) return undefined
  const [, kind = '', secure = '', host = '', port, transport = 'udp'] = match
  return {
    kind: kind.toLowerCase() === 'stun' ? 'stun' : 'turn',
    transport: secure !== '' ? 'tls' : transport.toLowerCase() === 'tcp' ? 'tcp' : 'udp',
    host: host.replace(/^\[|\]$/g, ''),
    port: Number(port ?? (secure === '' ? 3478 : 5349)),
  }
}
