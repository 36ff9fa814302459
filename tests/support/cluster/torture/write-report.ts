import { writeFileSync } from 'node:fs'
import { cpus, loadavg, release } from 'node:os'
import type { Outcome } from './torture.ts'

interface Run {
  readonly seed: number
  readonly seconds: number
  readonly clients: number
  readonly nodeTimeoutMs: number
}

/** What a long run was and what came of it, for people. */
export function writeReport(path: string, run: Run, outcome: Outcome): void {
  const { breakages, messages, signals, resumptions, faults, inCalls, inRooms } = outcome
  const [cpu] = cpus()
  const load = loadavg()[2] ?? 0
  const lines = [
    '# Three nodes tortured',
    '',
    `What \`npm run torture:cluster\` has written on ${new Date().toISOString().slice(0, 10)}, with Node ${process.version}`,
    `on Linux ${release()}, ${cpus().length} cores (${cpu?.model.trim() ?? 'unknown'}).`,
    `The load of the whole machine was ${load.toFixed(0)} over the last 15 minutes.`,
    '',
    `Three nodes, \`cluster.node_timeout_ms\` ${run.nodeTimeoutMs}, ${run.clients} clients, ${run.seconds} s, seed ${run.seed}.`,
    '',
    '| broken | times |',
    '|---|---|',
    ...[...breakages].toSorted().map(([kind, times]) => `| ${kind} | ${times} |`),
    '',
    '| what clients have seen | how many |',
    '|---|---|',
    `| messages | ${messages} |`,
    `| signals that came | ${signals} |`,
    `| sessions resumed | ${resumptions} |`,
    `| clients in a call at the end | ${inCalls} |`,
    `| clients in a room at the end | ${inRooms} |`,
    `| **violations** | **${faults.length}** |`,
    ...(faults.length === 0 ? [] : ['', ...faults.map((fault) => `- ${fault.slice(0, 300)}`)]),
    '',
  ]
  writeFileSync(path, lines.join('\n'))
}
