import type { IncomingMessage } from 'node:http'
import { finished } from 'node:stream'
import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy'
import type { Upload } from '../../../application/file/take-upload.ts'
import { err, ok, type Result } from '../../../domain/result.ts'

/** What a form may have beside the file. */
const limits = {
  files: 1,
  fields: 16,
  parts: 17,
  fieldNameSize: 100,
  fieldSize: 1024,
  headerPairs: 32,
  headerSize: 8192,
}

interface FormFile {
  readonly stream: BusboyFileStream
  readonly name: string
}

/** Hands on the first file of a form (`multipart/form-data`) as it comes, and gives what became of it. */
export async function takeForm<Taken>(
  incoming: IncomingMessage,
  take: (upload: Upload) => Promise<Taken>,
): Promise<Result<Taken, 'not_a_form' | 'no_file'>> {
  const form = openForm(incoming)
  if (form === undefined) return err('not_a_form')
  const state: { file?: FormFile; isBroken: boolean } = { isBroken: false }
  const found = new Promise<void>((resolve) => {
    const breakOff = (error: unknown): void => {
      state.isBroken = true
      state.file?.stream.destroy(error instanceof Error ? error : new Error('broken off'))
      resolve()
    }
    form.on('file', (_field, stream, name) => {
      // The error of one that is not read is nobody's.
      stream.on('error', breakOff)
      state.file = { stream, name: typeof name === 'string' ? name : '' }
      resolve()
    })
    form.on('error', breakOff)
    form.on('finish', resolve)
    finished(incoming, (error) => {
      if (error) breakOff(error)
    })
  })
  incoming.pipe(form)
  try {
    await found
    const { file } = state
    if (file === undefined) return err(state.isBroken ? 'not_a_form' : 'no_file')
    return ok(await take({ name: file.name, content: file.stream }))
  } catch (error) {
    if (state.isBroken) return err('not_a_form')
    throw error
  } finally {
    // What was not wanted is not parsed any more.
    incoming.unpipe(form)
    form.destroy()
  }
}

function openForm(incoming: IncomingMessage): BusboyInstance | undefined {
  const { 'content-type': type = '' } = incoming.headers
  if (!/^multipart\/form-data\b/i.test(type)) return undefined
  try {
    return new Busboy({ headers: { ...incoming.headers, 'content-type': type }, limits })
  } catch {
    return undefined
  }
}
