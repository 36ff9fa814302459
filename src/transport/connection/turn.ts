/** Frames taken from one connection, or written to it, one after another before everybody else has a turn. */
export const FRAMES_A_TURN = 64
