import { createInterface } from 'node:readline'
import { startPackageClient } from './package-client.ts'

/** The package's client for `conformance client --driver`: host and port are its last arguments. */
const client = startPackageClient(Number(process.argv.at(-1)))
createInterface({ input: process.stdin }).on('line', (deed) => {
  client.do(deed)
})
