import type { Drawing } from '../parts/icon.tsx'

/** Those that only calls and rooms have. */
export const callIcons = {
  transfer: { path: 'M3.500 12h14M13 7.500l4.500 4.500-4.500 4.500M20.500 5v14' },
  pause: { path: 'M8.500 5v14M15.500 5v14' },
  play: { path: 'M7 4.500l12 7.500-12 7.500z' },
  screen: {
    path: 'M3.500 4.500h17a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1h-17a1 1 0 0 1-1-1v-10a1 1 0 0 1 1-1zM8 20.500h8M12 13.500v-5M9.500 10.500L12 8l2.500 2.500',
  },
  screenOff: {
    path: 'M3.500 4.500h17a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1h-17a1 1 0 0 1-1-1v-10a1 1 0 0 1 1-1zM8 20.500h8M9.500 8l5 5M14.500 8l-5 5',
  },
  expand: { path: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5' },
  shrink: { path: 'M9 4v5H4M15 4v5h5M9 20v-5H4M15 20v-5h5' },
  closeRoom: {
    path: 'M5.500 20.500v-16a1 1 0 0 1 1-1h8a1 1 0 0 1 1 1v4M3 20.500h12M11.500 12v.500M16 13l5 5M21 13l-5 5',
  },
} as const satisfies Readonly<Record<string, Drawing>>
