/** The code of an error of the operating system, of Node or of OpenSSL (`ENOENT`); undefined where there is none. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error && 'code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
