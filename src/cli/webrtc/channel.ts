/** The label of the data channel that carries what is typed. */
export const CHANNEL = 'chat'
