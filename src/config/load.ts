import { asMeant } from './as-meant.ts'
import { StartupError } from '../application/ports/system/startup-error.ts'
import { type ConfigDocument, parseDocument } from './document.ts'
import { clusterIssues } from './faults/cluster-issues.ts'
import { sfuIssues } from './faults/sfu-issues.ts'
import { faultLines, repeatedKeyFaults, schemaFaults, syntaxFaults } from './faults/faults.ts'
import { configSchema, type Config } from './schema.ts'
import { withSecrets } from './secrets.ts'
import { readSource, type ConfigRequest, type ConfigSource } from './source.ts'
import { isHarmless } from './faults/syntax-fault.ts'
import { configWarnings } from './warnings.ts'

export interface LoadedConfig {
  readonly config: Config
  /** Where it comes from, for the log: a path, 'environment variable CONFIG' or 'embedded defaults'. */
  readonly source: string
  /** Sentences for the log: allowed, but probably not meant. */
  readonly warnings: readonly string[]
}

/** Finds, reads and checks the configuration; throws a `StartupError` with every fault at once. CONFIG.md, CONF-1 on. */
export function loadConfig(request: ConfigRequest): LoadedConfig {
  const source = readSource(request)
  const { config, warnings } = check(source, request.env)
  return { config, source: source.name, warnings: [...warnings, ...configWarnings(config)] }
}

function check(
  source: ConfigSource,
  env: NodeJS.ProcessEnv,
): { config: Config; warnings: readonly string[] } {
  const document = parse(source)
  const stop = (...faults: Parameters<typeof faultLines>[2][]) =>
    new StartupError(faultLines(source.name, document, faults.flat()))

  if (document.root?.type !== 'object') {
    throw stop([{ at: document.root?.offset ?? 0, sentence: 'the top level must be a JSON object, { … }' }])
  }
  const syntax = syntaxFaults(document)
  // Past a slip that leaves open what was meant, complaints about keys would be guesses.
  if (!document.syntaxErrors.every(isHarmless)) throw stop(syntax)

  const { value, warnings } = asMeant(document.value)
  const checked = configSchema.safeParse(withSecrets(value, env))
  const repeated = repeatedKeyFaults(document)
  const issues = checked.success
    ? [...clusterIssues(checked.data), ...sfuIssues(checked.data)]
    : checked.error.issues
  if (checked.success && syntax.length + repeated.length + issues.length === 0) {
    return { config: checked.data, warnings }
  }
  throw stop(syntax, repeated, schemaFaults(document, issues))
}

// The parser calls itself once for each level; no configuration has more than a few.
function parse({ name, text }: ConfigSource): ConfigDocument {
  try {
    return parseDocument(text)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new StartupError([`${name}: nested too deeply to be a configuration`])
  }
}
