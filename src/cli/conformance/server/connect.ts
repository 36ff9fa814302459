import type { Duplex } from 'node:stream'

/** Opens what carries the frames of one client. */
export type Connect = () => Promise<Duplex>
