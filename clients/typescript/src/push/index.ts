export { pushOf, withPush } from './push-of.ts'
export type { Push, WakeAddress } from './push.ts'
