type Payload = Readonly<Record<string, unknown>>

/** What one client has seen or done at one of its connections. */
type Seen = { readonly atMs: number; readonly client: string; readonly connection: number } & (
  | { readonly what: 'opened'; readonly node: string }
  | { readonly what: 'sent' | 'got'; readonly type: number; readonly payload: Payload }
  | { readonly what: 'closed' }
)

/**
 * `quiet`: nothing breaks any more, everybody is in or has left for good, and nobody does anything. `settled`: two seconds
 * later. What clients are told from then on is the truth.
 */
export type Entry = Seen | { readonly atMs: number; readonly what: 'quiet' | 'settled' }

export type Message = Extract<Seen, { what: 'sent' | 'got' }>

export function isMessage(entry: Entry): entry is Message {
  return entry.what === 'sent' || entry.what === 'got'
}

/** The field of a payload, which a client believes to be text. */
export function textOf({ payload }: Message, field: string): string {
  const value = payload[field]
  return typeof value === 'string' ? value : ''
}

/** An ERROR after which the same may be asked again: the store was away, or too many decided at once. */
export function isToBeRepeated({ payload }: Message): boolean {
  return payload['reason'] === 'storage_unavailable'
}
