/** With what a call ends that another device of the same user has answered, declined or taken. */
const elsewhere = ['answered_elsewhere', 'declined_elsewhere', 'moved'] as const
export type Elsewhere = (typeof elsewhere)[number]

export function elsewhereOf(reason: string): Elsewhere | undefined {
  return elsewhere.find((one) => one === reason)
}
