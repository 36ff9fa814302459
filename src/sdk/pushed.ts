import type { ServerMessage } from '../protocol/message-table.ts'

export type ServerMessageName = ServerMessage['type']

/** The message of that name, as the server sends it: `type`, and `payload` with the field names of the wire. */
export type Pushed<Name extends ServerMessageName> = Extract<ServerMessage, { type: Name }>

/** The message, if it is of one of these types. */
export function ofType<Name extends ServerMessageName>(
  message: ServerMessage,
  types: readonly Name[],
): Pushed<Name> | undefined {
  return isOfType(message, types) ? message : undefined
}

function isOfType<Name extends ServerMessageName>(
  message: ServerMessage,
  types: readonly Name[],
): message is Pushed<Name> {
  return types.some((type) => type === message.type)
}
