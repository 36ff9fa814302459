import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { rename, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { hostname } from 'node:os'
import { basename } from 'node:path'
import { StartupError } from '../../../application/ports/system/startup-error.ts'
import { errorCode } from '../../../domain/error-code.ts'
import { shortPath } from './short-path.ts'

/** A socket that listens beside the file: as long as its process lives, whoever connects to it is told who that is. */
export interface Claim {
  readonly name: string
  /** Nobody else may have the file: from now on those who ask are told so. */
  hold(): void
  /** Those who ask, and who have asked, are told nothing. */
  withdraw(): Promise<void>
}

/** What the sockets of all claims on a file are called, and a number that orders them. */
export const claimPrefix = (file: string): string => `${basename(file)}.lock.`

/** Makes a claim that others can see. It listens before it has its name: one that does not answer is dead. */
export async function makeClaim(file: string): Promise<Claim> {
  const name = `${claimPrefix(file)}${randomBytes(8).toString('hex')}`
  const directory = await shortPath(file)
  const asking = new Set<Socket>()
  let held = false
  const word = `${JSON.stringify({ pid: process.pid, host: hostname() })}\n`
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    if (held) socket.end(word)
    else {
      asking.add(socket)
      socket.on('close', () => asking.delete(socket))
    }
  }).unref()
  try {
    server.listen(process.platform === 'win32' ? pipeOf(file) : directory.to(`.${name}`))
    await once(server, 'listening')
    if (process.platform !== 'win32') await rename(directory.to(`.${name}`), directory.to(name))
  } catch (error) {
    await letGo()
    if (errorCode(error) === 'EADDRINUSE') throw new StartupError([`${file} is in use by another daemon`])
    throw new StartupError([
      `${file}: its directory takes no Unix socket, by which a second daemon is kept out (${String(error)}): choose a directory on a local disk`,
    ])
  }

  return {
    name,
    hold() {
      held = true
      for (const socket of asking) socket.end(word)
    },
    withdraw: letGo,
  }

  async function letGo(): Promise<void> {
    for (const socket of asking) socket.destroy()
    const gone = server.listening ? once(server, 'close') : undefined
    server.close()
    await gone
    await rm(directory.to(name), { force: true })
    await directory.close()
  }
}

/** Windows has no sockets in directories. Its pipes are exclusive by their names. */
function pipeOf(file: string): string {
  return `\\\\.\\pipe\\roomrtc-${createHash('sha256').update(file.toLowerCase()).digest('hex').slice(0, 32)}`
}
