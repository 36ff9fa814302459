import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { z } from 'zod'
import { answered, type Command } from '../shared/command.ts'
import { built } from './build.ts'

interface Pending {
  readonly resolve: (output: unknown) => void
  readonly reject: (error: Error) => void
}

/** If the last message never comes, somebody has to say so. */
const DEADLINE_MS = 300_000

/** The process that plays the clients, as seen from the one that tells it what to do. */
export class LoadGenerator {
  readonly #child: ChildProcess
  readonly #pending = new Map<number, Pending>()
  #lastId = 0
  #errors = ''

  constructor(script = built('load/main.js')) {
    this.#child = fork(script, { stdio: ['ignore', 'inherit', 'pipe', 'ipc'], execArgv: [] })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#errors += text))
    this.#child.on('message', (raw) => {
      const { id, output, error } = answered.parse(raw)
      const pending = this.#pending.get(id)
      this.#pending.delete(id)
      if (error === undefined) pending?.resolve(output)
      else pending?.reject(new Error(error))
    })
    // 'close' comes when what it had to say has been read.
    this.#child.on('close', () => {
      for (const { reject } of this.#pending.values())
        reject(new Error(`the load generator ended:\n${this.#errors}`))
    })
  }

  async ask<Input extends z.core.$ZodType, Output extends z.core.$ZodType>(
    { name, output }: Command<Input, Output>,
    input: z.input<Input>,
  ): Promise<z.output<Output>> {
    const id = ++this.#lastId
    const answer = new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject })
    })
    this.#child.send({ id, name, input })
    const deadline = setTimeout(() => {
      this.#pending.get(id)?.reject(new Error(`${name}: no end after ${DEADLINE_MS / 1000} s`))
    }, DEADLINE_MS)
    try {
      return z.parse(output, await answer)
    } finally {
      clearTimeout(deadline)
    }
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const closed = once(this.#child, 'close')
    this.#child.kill('SIGKILL')
    await closed
  }
}
