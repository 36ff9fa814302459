export { bindMedia } from './bind-media.ts'
export type { Media, MediaEvents, MediaOptions } from './media.ts'
export type { Connected, Connecting, Interrupted, MediaClosed, MediaState, Waiting } from './media-state.ts'
export type { Cause, Figures, Quality, Score } from './quality/quality.ts'
