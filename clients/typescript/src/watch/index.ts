export { watchOf } from './watch-of.ts'
export type { Shown, View, Watch, WatchedRoom, WatchOptions } from './watch.ts'
