import type { Worker } from 'node:worker_threads'
import type { Messages, Stored } from '../../application/ports/messages.ts'
import type { Log } from '../../application/ports/system/log.ts'
import { StartupError } from '../../application/ports/system/startup-error.ts'
import { err, ok } from '../../domain/result.ts'
import type { Args, Done, Job, Op, Opened } from './jobs.ts'
import { startThread } from './message-thread.ts'
import { type MessageStore, PURGED_AT_ONCE } from './store.ts'

interface Options {
  /** `:memory:` where nothing is to be kept. */
  readonly path: string
  readonly log: Log
}

/** More do not wait for the disk: they are refused at once. */
const MAX_WAITING = 2000

/** After so long nobody waits any more, in milliseconds; what was asked may be done all the same. */
const DEADLINE_MS = 10_000

const unavailable = err('storage_unavailable' as const)

interface Waiting {
  readonly done: (value: never) => void
  readonly failed: () => void
  readonly deadline: NodeJS.Timeout
}

/** Messages in an SQLite file, which a thread of its own has. Throws a StartupError where it cannot be opened. */
export async function openMessages({ path, log }: Options): Promise<Messages> {
  const thread = startThread(path)
  await opened(thread, path)
  const waiting = new Map<number, Waiting>()
  let last = 0
  let isGone = false
  thread.on('message', (done: { value: never } & Done) => {
    const asked = waiting.get(done.number)
    waiting.delete(done.number)
    clearTimeout(asked?.deadline)
    if (done.kind === 'done') asked?.done(done.value)
    else {
      log.error({ cause: done.cause }, `${path} refuses what is to be done with messages`)
      asked?.failed()
    }
  })
  thread.on('error', (error) => {
    log.error({ err: error }, 'the thread of messages has died: until the next start they are refused')
  })
  const ended = new Promise<void>((resolve) => {
    thread.on('exit', () => {
      isGone = true
      for (const { failed, deadline } of waiting.values()) {
        clearTimeout(deadline)
        failed()
      }
      waiting.clear()
      resolve()
    })
  })

  return {
    post: (message) => ask('post', message),
    find: (conversation, id) => ask('find', conversation, id),
    findSent: (conversation, from, clientId) => ask('findSent', conversation, from, clientId),
    conversationsOf: (ids) => ask('conversationsOf', ids),
    page: (conversation, range) => ask('page', conversation, range),
    edit: (conversation, id, text, at) => ask('edit', conversation, id, text, at),
    erase: (conversation, id, at) => ask('erase', conversation, id, at),
    react: (reaction) => ask('react', reaction),
    read: (mark) => ask('read', mark),
    conversations: (user, range) => ask('conversations', user, range),
    conversation: (user, conversation) => ask('conversation', user, conversation),
    search: (query) => ask('search', query),
    forgetConversation: (conversation) => ask('forgetConversation', conversation),
    forgetUser: (user, wholly) => ask('forgetUser', user, wholly),

    async purge(before, guestsBefore) {
      for (let gone = 0; ;) {
        const some = await ask('purgeSome', before, guestsBefore)
        if (!some.ok) return some
        gone += some.value
        if (some.value < PURGED_AT_ONCE) return ok(gone)
      }
    },

    all: (after, limit) => ask('all', after, limit),
    noteHolds: (message, files, at) => ask('noteHolds', message, files, at),
    looseHolds: (before, limit) => ask('looseHolds', before, limit),
    dropHolds: (message, files) => ask('dropHolds', message, files),

    close() {
      if (!isGone) thread.postMessage('close')
      return ended
    },
  }

  function ask<Name extends Op>(op: Name, ...args: Args[Name]): Stored<ReturnType<MessageStore[Name]>> {
    if (isGone || waiting.size >= MAX_WAITING) return Promise.resolve(unavailable)
    const number = ++last
    return new Promise((resolve) => {
      const failed = () => {
        resolve(unavailable)
      }
      const deadline = setTimeout(() => {
        waiting.delete(number)
        log.error({ op }, `${path} did not answer within ${DEADLINE_MS / 1000} s`)
        failed()
      }, DEADLINE_MS)
      const done = (value: ReturnType<MessageStore[Name]>) => {
        resolve(ok(value))
      }
      waiting.set(number, { done, failed, deadline })
      const job: Job<Name> = { number, op, args }
      thread.postMessage(job)
    })
  }
}

async function opened(thread: Worker, path: string): Promise<void> {
  const fault = await new Promise<string | undefined>((resolve) => {
    const died = (error: Error) => {
      resolve(error.message)
    }
    thread.once('error', died)
    thread.once('message', (first: Opened) => {
      thread.off('error', died)
      resolve(first.kind === 'opened' ? undefined : first.cause)
    })
  })
  if (fault === undefined) return
  await thread.terminate()
  throw new StartupError([`messages.path: ${path} cannot be opened (${fault})`])
}
