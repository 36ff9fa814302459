/** By default a signal ends the process without an 'exit' event, and what it has started goes on. */
export function endOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(2))
}
