import { closeSync, openSync } from 'node:fs'
import SQLite from 'better-sqlite3'
import { PRIVATE_FILE } from '../system/file-system.ts'
import { STEPS } from './schema.ts'

/**
 * Opens the file, and makes it where there is none. What is committed survives the loss of power: `synchronous` is full. Throws
 * what SQLite throws.
 */
export function openDatabase(path: string): SQLite.Database {
  // What SQLite puts beside it may be read by the same people.
  if (path !== ':memory:') closeSync(openSync(path, 'a', PRIVATE_FILE))
  const db = new SQLite(path)
  try {
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = FULL')
    db.pragma('foreign_keys = ON')
    db.pragma('secure_delete = ON')
    const version = Number(db.pragma('user_version', { simple: true }))
    const known = STEPS.length
    if (version > known)
      throw new Error(`its tables are of version ${version}, and this program knows those up to ${known}`)
    if (version < known)
      db.transaction(() => {
        for (const step of STEPS.slice(version)) db.exec(step)
        db.pragma(`user_version = ${known}`)
      }).exclusive()
    return db
  } catch (error) {
    db.close()
    throw error
  }
}
