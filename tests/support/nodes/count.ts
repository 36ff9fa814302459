/** How many nodes on Redis each daemon of a test is; 0 without Redis. */
export const NODES = Number(process.env['ROOMRTC_TEST_NODES'] ?? 0)
