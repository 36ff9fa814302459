#!/usr/bin/env node
// Checks a running server with raw frames, byte for byte as PROTOCOL.md has them; nothing here comes from src.
// Works on a server that is in use: its users are new ones, and what it hears about others it ignores.
import { parseArgs } from 'node:util'
import { accountChecks } from './test-server/account-checks.mjs'
import { callChecks } from './test-server/call-checks.mjs'
import { Bench } from './test-server/bench.mjs'
import { removeAccounts } from './test-server/remove-accounts.mjs'
import { wireChecks } from './test-server/wire-checks.mjs'

const USAGE = `Usage: node scripts/test-server.mjs [host] [port] [--tls] [--deadline-ms n]
Default: 127.0.0.1 8080, plain TCP, 5000 ms for each answer. With --tls any certificate will do.
At the end it deletes the accounts that it has made. Where the server cannot do that, they are named.
Exit code: 0 all checks passed, 1 some failed, 2 there was nothing to check.`

const tlsCheck = {
  title: 'TLS-REC never two frames in one TLS record, in all of the above',
  run: ({ joined }) => {
    if (joined > 0) throw new Error(`two frames came together ${joined} times`)
  },
}

process.exitCode = await main()

async function main() {
  const target = readArguments()
  if (target === undefined) {
    console.error(USAGE)
    return 2
  }
  const bench = new Bench(target)
  const fault = await cannotConnect(bench, target)
  if (fault !== undefined) {
    console.error(fault)
    return 2
  }

  let failures = 0
  const checks = [...wireChecks, ...accountChecks, ...callChecks, ...(target.tls ? [tlsCheck] : [])]
  for (const { title, run } of checks) {
    const failure = await outcome(run, bench)
    console.log(failure === undefined ? `ok    ${title}` : `FAIL  ${title}\n      ${failure}`)
    if (failure !== undefined) failures += 1
    await bench.tidy({ failed: failure !== undefined })
  }
  await removeAccounts(bench)
  if (bench.registered.size > 0)
    console.log(`left on the server: the accounts ${[...bench.registered.keys()].join(', ')}`)
  console.log(`${checks.length} checks, ${failures === 0 ? 'all passed' : `${failures} failed`}`)
  return failures === 0 ? 0 : 1
}

/** What is wrong; undefined where nothing is. */
async function outcome(run, bench) {
  try {
    await run(bench)
    return undefined
  } catch (error) {
    return error.message
  }
}

async function cannotConnect(bench, { host, port, tls }) {
  const failure = await outcome(() => bench.open(), bench)
  await bench.tidy({ failed: false })
  if (failure === undefined) return undefined
  const hint = tls ? 'Is the server running there, and does it speak TLS?' : 'Is the server running there?'
  return `Cannot connect to ${host} port ${port}${tls ? ' with TLS' : ''}: ${failure}. ${hint}`
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { tls: { type: 'boolean' }, 'deadline-ms': { type: 'string' } },
    })
    const [host = '127.0.0.1', port = '8080', ...more] = positionals
    const target = {
      host,
      port: Number(port),
      tls: values.tls ?? false,
      deadlineMs: Number(values['deadline-ms'] ?? 5000),
    }
    const isPort = Number.isInteger(target.port) && target.port > 0 && target.port <= 65_535
    return isPort && target.deadlineMs > 0 && more.length === 0 ? target : undefined
  } catch {
    return undefined
  }
}
