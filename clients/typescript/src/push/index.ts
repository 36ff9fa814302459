export { pushOf } from './push-of.ts'
export type { Push, WakeAddress } from './push.ts'
