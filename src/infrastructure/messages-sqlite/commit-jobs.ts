import type SQLite from 'better-sqlite3'
import type { Args, Done, Job, Op } from './jobs.ts'
import { makeMessageStore } from './store.ts'

type Acts = { readonly [Name in Op]: (...args: Args[Name]) => unknown }

/** Carries many out with one commit, and so with one wait for the disk. One that fails is undone alone. */
export function makeCommitJobs(db: SQLite.Database): (jobs: readonly Job[]) => readonly Done[] {
  const acts: Acts = makeMessageStore(db)
  // Inside of the other one it is a savepoint.
  const one = db.transaction((job: Job) => act(job))
  const all = db.transaction((jobs: readonly Job[]) =>
    jobs.map((job): Done => {
      const { number } = job
      try {
        return { kind: 'done', number, value: one(job) }
      } catch (error) {
        // After some faults, a full disk for one, SQLite has undone everything.
        if (!db.inTransaction) throw error
        return { kind: 'failed', number, cause: causeOf(error) }
      }
    }),
  )

  return (jobs) => {
    try {
      return all.immediate(jobs)
    } catch (error) {
      const cause = causeOf(error)
      return jobs.map(({ number }) => ({ kind: 'failed', number, cause }))
    }
  }

  function act<Name extends Op>({ op, args }: Job<Name>): unknown {
    return acts[op](...args)
  }
}

/** Never more than code and message: what SQLite says has no values in it. */
export function causeOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown'
}
