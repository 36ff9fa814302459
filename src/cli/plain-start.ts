/** A path that is called like one of these is named by `./ctl`. */
const COMMANDS: ReadonlySet<string> = new Set([
  'bot',
  'call',
  'conformance',
  'ctl',
  'decode',
  'doctor',
  'help',
])

/**
 * What services start: `roomrtc-server [config]`, a path and no option. Undefined for everything else.
 */
export function plainStart(args: readonly string[]): { readonly path: string | undefined } | undefined {
  const [path, ...more] = args
  if (more.length > 0) return undefined
  if (path === undefined) return { path }
  return path.startsWith('-') || COMMANDS.has(path) ? undefined : { path }
}
