/** Connections of one kind: those that have a place, and all that ever had. */
interface Traffic {
  inside: number
  total: number
}

/** By what carries them. A new door adds its word, and metrics have it as a label. */
export function noTraffic() {
  return { tcp: nothing(), tls: nothing(), http: nothing() }
}

function nothing(): Traffic {
  return { inside: 0, total: 0 }
}

export type Transport = keyof ReturnType<typeof noTraffic>

export type TrafficByTransport = Readonly<Record<Transport, Readonly<Traffic>>>
