import { readFileSync } from 'node:fs'
import { CommandFailure } from '../../ctl/command-failure.ts'
import { print, progress } from '../../ctl/output.ts'
import { ExitCode } from '../../exit-code.ts'
import { hostAndPort } from '../host-and-port.ts'
import { printReport } from '../report/print-report.ts'
import { count, sumUp } from '../report/sum-up.ts'
import { checkableIds, checkServer, type ServerFindings } from './check-server.ts'
import { askForOffer, type Offer } from './offer.ts'
import { type Address, openTcp } from './open-connection.ts'

export interface ServerOptions {
  readonly only?: readonly string[]
  readonly tls?: boolean
  readonly ca?: string
  readonly timeout: number
  readonly patience: number
  readonly atOnce: number
  readonly keepAccounts?: boolean
  readonly json?: boolean
}

const MS = 1000

/** `conformance server`. Gives the exit code; throws a CommandFailure. */
export async function runServerCommand(address: string, options: ServerOptions): Promise<ExitCode> {
  const target: Address = { ...hostAndPort(address), tls: tlsOf(options) }
  const { only, timeout, patience, atOnce } = options
  refuseUnknown(only ?? [])
  const deadlineMs = timeout * MS
  const open = openTcp(target, deadlineMs)
  const offer = await askForOffer(open, deadlineMs).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error)
    throw new CommandFailure(ExitCode.unreachable, 'unreachable', `no server answers at ${address}: ${why}`)
  })
  const line = progress(options)
  const { findings, accounts } = await checkServer({
    open,
    offer,
    only,
    deadlineMs,
    patienceMs: patience * MS,
    atOnce,
    keepAccounts: options.keepAccounts,
    progress: (done, all) => {
      line.say(`${done} of ${all} scenarios`)
    },
  }).finally(() => {
    line.end()
  })
  const behaviours = sumUp(findings)
  print(options, { address, ...offer, behaviours, accounts }, () =>
    [headline(address, offer), printReport(behaviours), tellOf(accounts)].join('\n\n'),
  )
  return count(behaviours, 'failed') === 0 ? ExitCode.done : ExitCode.refused
}

function headline(address: string, { server, capabilities }: Offer): string {
  if (server === undefined) return `${address} speaks version 1 alone: it does not know HELLO`
  const offered = capabilities.length === 0 ? 'no capability' : capabilities.join(', ')
  return `${address} is ${server} and offers ${offered}`
}

function tellOf({ made, left }: ServerFindings['accounts']): string {
  if (left.length === 0) return `${made} accounts were made, and deleted at the end`
  return `${made} accounts were made; these are left:\n${left.map((name) => `  ${name}`).join('\n')}`
}

function refuseUnknown(ids: readonly string[]): void {
  const known = checkableIds()
  const unknown = ids.filter((id) => !known.has(id))
  if (unknown.length === 0) return
  const message = `no scenario is about ${unknown.join(', ')}; there are ${[...known].toSorted().join(', ')}`
  throw new CommandFailure(ExitCode.usage, 'unknown_id', message)
}

function tlsOf({ tls, ca }: ServerOptions): Address['tls'] {
  if (ca === undefined) return tls === true ? {} : undefined
  try {
    return { ca: readFileSync(ca, 'utf8') }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new CommandFailure(ExitCode.usage, 'no_ca', `the certificates of --ca cannot be read: ${why}`)
  }
}
