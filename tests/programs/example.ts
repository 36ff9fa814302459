import { readFile } from 'node:fs/promises'

/** A file of deploy/ with some of its text replaced by what fits the test. Each must be there, or the test tests nothing. */
export async function example(name: string, replacements: Readonly<Record<string, string>>): Promise<string> {
  let text = await readFile(`deploy/${name}`, 'utf8')
  for (const [from, to] of Object.entries(replacements)) {
    if (!text.includes(from)) throw new Error(`deploy/${name} has no ${from}`)
    text = text.replaceAll(from, to)
  }
  return text
}
