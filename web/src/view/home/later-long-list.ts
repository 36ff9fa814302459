import { later } from '../parts/later.tsx'

/** Loaded by those alone who have a long list. */
export const LongList = later(async () => (await import('./long-list.tsx')).LongList).View
