import { StartupError } from '../../../application/ports/system/startup-error.ts'
import { type LoadedConfig, loadConfig } from '../../../config/load.ts'
import type { Config } from '../../../config/schema.ts'
import { urlsOf } from '../../../daemon/doors/urls.ts'
import { loadTls } from '../../../daemon/resources/load-tls.ts'
import { loadTokens } from '../../../daemon/resources/load-tokens.ts'
import { type StatusAnswer, statusAnswer } from '../../../transport/control/answers.ts'
import { CommandFailure } from '../../ctl/command-failure.ts'
import { askDaemon, type Globals } from '../../ctl/context.ts'
import { fault, ok, type Tell, warning } from '../finding.ts'
import { parseTarget, type Target } from '../target.ts'
import { machineFindings } from './check-machine.ts'

const ANYWHERE: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

/** The server of this machine from inside: configuration, process, files. Gives where it listens. */
export async function checkHere(globals: Globals, tell: Tell): Promise<readonly Target[]> {
  const loaded = await configuration(globals, tell)
  if (loaded === undefined) return []
  const { config } = loaded
  const status = await daemon(globals, tell)
  for (const found of machineFindings(config, status?.pid)) tell(found)
  return targetsOf(config, status)
}

/** As `--check` reads it. */
async function configuration({ config: path }: Globals, tell: Tell): Promise<LoadedConfig | undefined> {
  const cure = 'correct it as CONFIG.md describes'
  const tellAll = (faults: readonly string[]): void => {
    for (const one of faults) tell(fault('configuration', one, cure))
  }
  try {
    const loaded = loadConfig({ path, env: process.env, cwd: process.cwd() })
    const tls = await loadTls(loaded.config)
    const tokens = await loadTokens(loaded.config)
    const faults = [...(tls.ok ? [] : tls.error), ...(tokens.ok ? [] : tokens.error)]
    if (faults.length > 0) {
      tellAll(faults)
      return undefined
    }
    const warnings = [...loaded.warnings, ...(tls.ok ? (tls.value?.warnings ?? []) : [])]
    for (const one of warnings) tell(warning('configuration', one, cure))
    if (warnings.length === 0) tell(ok('configuration', `${loaded.source} has no faults`))
    return loaded
  } catch (error) {
    if (!(error instanceof StartupError)) throw error
    tellAll(error.faults)
    return undefined
  }
}

async function daemon(globals: Globals, tell: Tell): Promise<StatusAnswer | undefined> {
  try {
    const status = await askDaemon(globals)('GET', '/v1/status', {}, statusAnswer)
    const { pid, phase, version, uptime_secs: uptime } = status
    const message = `process ${pid}, version ${version}, ${phase} for ${uptime} s, ${status.connections} connections`
    if (phase === 'running') tell(ok('daemon', message))
    else tell(warning('daemon', message, 'it is about to stop: wait until it is back, or start it'))
    return status
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error
    const cure = 'start it, or name its configuration by --config or its socket by --socket'
    tell(fault('daemon', error.message, cure))
    return undefined
  }
}

/** As somebody on this machine reaches it. A port of 0 is known of the daemon alone. */
function targetsOf(config: Config, status: StatusAnswer | undefined): readonly Target[] {
  const { server, http } = config
  const here = {
    ...config,
    server: { ...server, bind_address: ANYWHERE[server.bind_address] ?? server.bind_address },
    http: { ...http, bind_address: ANYWHERE[http.bind_address] ?? http.bind_address },
  }
  const httpPort = http.enable && http.port !== 0 ? http.port : undefined
  return urlsOf(here, { port: status?.port ?? server.port, httpPort, servesPage: false })
    .filter(({ url }) => /^(?:tcp|tls|wss?):/.test(url))
    .map(({ url }) => ({ ...parseTarget(url), byName: false }))
    .filter(({ port }) => port !== 0)
}
