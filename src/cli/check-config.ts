import { StartupError } from '../application/ports/system/startup-error.ts'
import { loadConfig } from '../config/load.ts'
import { loadPostgres } from '../daemon/resources/load-postgres.ts'
import { loadTls } from '../daemon/resources/load-tls.ts'
import { loadTokens } from '../daemon/resources/load-tokens.ts'
import { ExitCode } from './exit-code.ts'

/**
 * Reads the configuration, and the certificates and keys that it names, as a start does. Writes nothing, listens nowhere and asks
 * no database.
 */
export async function checkConfig(path: string | undefined): Promise<ExitCode> {
  const request = { path, env: process.env, cwd: process.cwd() }
  try {
    const { config, source, warnings } = loadConfig(request)
    const tls = await loadTls(config)
    const tokens = await loadTokens(config)
    const postgres = await loadPostgres(config)
    const faults = [tls, tokens, postgres].flatMap((loaded) => (loaded.ok ? [] : loaded.error))
    if (faults.length > 0) throw new StartupError(faults)
    const all = [...warnings, ...(tls.ok ? (tls.value?.warnings ?? []) : [])]
    process.stderr.write(lines(all.map((warning) => `warning: ${warning}`)))
    process.stdout.write(`${source}: no faults${all.length === 0 ? '' : `, warnings: ${all.length}`}\n`)
    return ExitCode.done
  } catch (error) {
    if (!(error instanceof StartupError)) throw error
    process.stderr.write(`faults that keep roomrtc-server from starting:\n${lines(error.faults, '  ')}`)
    return ExitCode.refused
  }
}

function lines(texts: readonly string[], indent = ''): string {
  return texts.map((text) => `${indent}${text}\n`).join('')
}
