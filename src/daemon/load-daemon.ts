import './heap-growth.ts'

/**
 * Gives `runDaemon`. Node opens the files of all modules at once that it knows of. Loaded layer by layer, a start needs few descriptors (CONF-20).
 */
export async function loadDaemon(): Promise<(path: string | undefined) => Promise<0 | 1>> {
  await import('../config/load.ts')
  await import('../protocol/message-table.ts')
  await import('../application/use-cases.ts')
  await import('../session/inputs.ts')
  const { runDaemon } = await import('./run-daemon.ts')
  return runDaemon
}
