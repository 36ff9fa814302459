import type { Drawing } from '../parts/icon.tsx'

export const talkIcons = {
  send: { path: 'M4 4.500l16.500 7.500L4 19.500l2.500-7.500zM6.500 12h7' },
  clip: {
    path: 'M19.500 11.500l-7.300 7.300a4.600 4.600 0 0 1-6.500-6.500l7.800-7.800a3 3 0 0 1 4.300 4.300l-7.600 7.600a1.500 1.500 0 0 1-2.100-2.100l6.800-6.800',
  },
  file: { path: 'M13.500 3.500h-7a1 1 0 0 0-1 1v15a1 1 0 0 0 1 1h11a1 1 0 0 0 1-1v-11zM13.500 3.500v5h5' },
  smile: {
    path: 'M12 3.500a8.500 8.500 0 1 1 0 17 8.500 8.500 0 0 1 0-17zM8.500 14a4.200 4.200 0 0 0 7 0M9 9.500v.5M15 9.500v.5',
  },
  pencil: { path: 'M4 20l1-4.500L16 4.500a2 2 0 0 1 3 0l.5.5a2 2 0 0 1 0 3L8.500 19z' },
  bin: { path: 'M4.500 6.500h15M9.500 6.500v-2h5v2M6.500 6.500l1 14h9l1-14M10.500 10.500v6M13.500 10.500v6' },
} as const satisfies Readonly<Record<string, Drawing>>
