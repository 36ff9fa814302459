import { errorCode } from '../../domain/error-code.ts'

/** The sentence for a door that cannot be opened; `section` is the one of the configuration that says where it is. */
export function cannotListen(section: string, host: string, port: number, error: unknown): string {
  return `cannot listen on ${host} port ${port}: ${cause(section, error)}`
}

function cause(section: string, error: unknown): string {
  switch (errorCode(error)) {
    case 'EADDRINUSE':
      return `another program listens there; choose another ${section}.port, or 0`
    case 'EACCES':
      return `not permitted; ports below 1024 need a privilege, choose another ${section}.port`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `this machine has no such address; check ${section}.bind_address`
    case undefined:
    default:
      return error instanceof Error ? error.message : String(error)
  }
}
