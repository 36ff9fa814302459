/**
 * What services start: `roomrtc-server [config]`, a path and no option. Undefined for everything else. A configuration file
 * that is called `ctl` or `help` is named by `./ctl`.
 */
export function plainStart(args: readonly string[]): { readonly path: string | undefined } | undefined {
  const [path, ...more] = args
  if (more.length > 0) return undefined
  if (path === undefined) return { path }
  return path.startsWith('-') || path === 'ctl' || path === 'help' ? undefined : { path }
}
