/** A message as it stands on a line: its name, and the fields of its payload. */
export interface Message {
  readonly type: string
  readonly payload: object
}
