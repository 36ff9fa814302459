/** The three states of v1, spelt as on the wire. */
export const UserState = {
  Disconnected: 'Disconnected',
  Available: 'Available',
  Busy: 'Busy',
} as const

export type UserState = (typeof UserState)[keyof typeof UserState]
