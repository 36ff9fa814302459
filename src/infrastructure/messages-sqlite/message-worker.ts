// Runs in a thread of its own, started by message-thread.ts. Its data is the path of the file.
import { parentPort, workerData } from 'node:worker_threads'
import { causeOf, makeCommitJobs } from './commit-jobs.ts'
import type { Job, Opened } from './jobs.ts'
import { openDatabase } from './open-database.ts'

/** Others have their answers between. */
const MAX_AT_ONCE = 200

if (parentPort !== null) work(parentPort, String(workerData))

function work(port: NonNullable<typeof parentPort>, path: string): void {
  let db: ReturnType<typeof openDatabase>
  try {
    db = openDatabase(path)
  } catch (error) {
    tell({ kind: 'not_opened', cause: causeOf(error) })
    return
  }
  const commit = makeCommitJobs(db)
  const waiting: Job[] = []
  port.on('message', (job: Job | 'close') => {
    if (job === 'close') {
      flush()
      db.close()
      port.close()
      return
    }
    waiting.push(job)
    // What has come meanwhile goes together.
    if (waiting.length === 1) setImmediate(flush)
  })
  tell({ kind: 'opened' })

  function flush(): void {
    while (waiting.length > 0)
      for (const done of commit(waiting.splice(0, MAX_AT_ONCE))) port.postMessage(done)
  }

  function tell(opened: Opened): void {
    port.postMessage(opened)
  }
}
