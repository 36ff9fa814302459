import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { ExitCode } from '../exit-code.ts'
import { CommandFailure, refused } from './command-failure.ts'
import { nativeDigest } from '../../domain/native-digest.ts'

/** What clients will send as `password_hash`: of a password that is typed twice and not shown, or the first line of standard input. */
export async function readSecret({ raw }: { readonly raw?: boolean }): Promise<string> {
  const password = process.stdin.isTTY ? await typed() : await nextLine('')
  if (password === '') throw refused('empty_password', 'the password is empty')
  return raw === true ? password : nativeDigest(password)
}

/** Asked for once, or the first line of standard input. */
export async function readPassword(): Promise<string> {
  const password = await nextLine(process.stdin.isTTY ? 'Password: ' : '')
  if (password === '') throw refused('empty_password', 'the password is empty')
  return password
}

async function typed(): Promise<string> {
  const first = await nextLine('Password: ')
  if ((await nextLine('Again: ')) === first) return first
  throw refused('passwords_differ', 'the two passwords differ')
}

/** Readline puts a terminal into raw mode, and what it would echo goes nowhere. */
function nextLine(prompt: string): Promise<string> {
  process.stderr.write(prompt)
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done()
    },
  })
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: process.stdin.isTTY })
  return new Promise((resolve, reject) => {
    lines.once('line', (line) => {
      resolve(line)
      lines.close()
    })
    // Also Ctrl-C and the end of the input, where no line came before.
    lines.once('close', () => {
      if (prompt !== '') process.stderr.write('\n')
      reject(new CommandFailure(ExitCode.usage, 'no_password', 'no password was given'))
    })
  })
}
