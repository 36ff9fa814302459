/** What a message is about, as far as it matters to what is kept for a client that is away. */
export interface Subject {
  /** The call or the room. */
  readonly about?: string | undefined
  /** Whose signal it is, or of which member it tells. */
  readonly from?: string | undefined
  /** What it tells of the member. */
  readonly event?: string | undefined
}

/** `payload`: as it stands on the wire. */
export function subjectOf(payload: object): Subject {
  return {
    about: textField(payload, 'call_id') ?? textField(payload, 'room_id'),
    from:
      textField(payload, 'from_user_id') ??
      ('member' in payload ? textField(payload.member, 'user_id') : undefined),
    event: textField(payload, 'event'),
  }
}

export function textField(payload: unknown, name: string): string | undefined {
  if (typeof payload !== 'object' || payload === null || !(name in payload)) return undefined
  const value: unknown = Reflect.get(payload, name)
  return typeof value === 'string' ? value : undefined
}
