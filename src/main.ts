#!/usr/bin/env node
import { plainStart } from './cli/plain-start.ts'

const args = process.argv.slice(2)
const plain = plainStart(args)

// Each way loads only what it needs: a service's start no parser of options, a command no daemon.
if (plain === undefined) {
  const { runCommand } = await import('./cli/run-command.ts')
  process.exitCode = await runCommand(args)
} else {
  const { loadDaemon } = await import('./daemon/load-daemon.ts')
  const runDaemon = await loadDaemon()
  process.exitCode = await runDaemon(plain.path)
}
