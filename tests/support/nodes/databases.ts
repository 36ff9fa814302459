import { randomUUID } from 'node:crypto'
import { Client, DatabaseError } from 'pg'

/** Of a database that has all tables, and nothing in them (`setup.ts`). */
export const TEMPLATE = 'template'

const DUPLICATE = '42P04'

/** Databases that nobody uses any more, emptied: to make one costs more than all else that a node does to start. */
const spare: string[] = []

const empty = `DO $$ BEGIN EXECUTE (
  SELECT 'TRUNCATE ' || string_agg(format('%I.%I', schemaname, tablename), ', ')
  FROM pg_tables WHERE schemaname = 'roomrtc' AND tablename <> 'migrations'
); END $$`

/** One with nothing in it. By a name that is given it is found again. Gives its URL. */
export async function takeDatabase(lasting?: string): Promise<string> {
  const left = lasting === undefined ? spare.pop() : undefined
  const name = left ?? lasting ?? randomUUID()
  if (left === undefined) await make(name)
  const url = new URL(superUrl())
  url.pathname = name
  return String(url)
}

/** Nobody uses it any more. */
export async function giveBack(url: string): Promise<void> {
  await sql(url, empty)
  spare.push(new URL(url).pathname.slice(1))
}

async function make(name: string): Promise<void> {
  try {
    await sql(superUrl(), `CREATE DATABASE "${name}" TEMPLATE ${TEMPLATE}`)
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== DUPLICATE) throw error
  }
}

export async function sql(url: string, text: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}

function superUrl(): string {
  return process.env['ROOMRTC_TEST_POSTGRES'] ?? ''
}
