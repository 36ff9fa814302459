import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startHttpDaemon } from '../house/http-daemon.ts'
import { httpAsk, type HttpAnswer } from '../wire/http-client.ts'

type Overrides = NonNullable<Parameters<typeof startHttpDaemon>[1]>

/** Somebody who has a token, and files. */
export interface Uploader {
  readonly userId: string
  readonly bearer: { readonly authorization: string }
  upload(content: Uint8Array | string, name?: string): Promise<HttpAnswer>
  /** What is known of a file, with the URL to fetch it. */
  look(fileId: unknown): Promise<HttpAnswer>
  /** Fetches it by such a URL. */
  fetch(fileId: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>
}

export interface UploadsDaemon extends Awaited<ReturnType<typeof startHttpDaemon>> {
  /** Where the files are. */
  readonly path: string
  /** The names of all that is there, but the directories. */
  readonly stored: () => Promise<string[]>
  readonly person: (username: string) => Promise<Uploader>
}

/** A directory that goes with the test. */
export async function temporaryDirectory(ends: (() => unknown)[]): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'roomrtc-files-'))
  ends.push(() => rm(path, { recursive: true, force: true }))
  return path
}

/** A daemon to which files may be uploaded. */
export async function startUploadsDaemon(
  ends: (() => unknown)[],
  { uploads, ...overrides }: Overrides = {},
  log?: Parameters<typeof startHttpDaemon>[2],
): Promise<UploadsDaemon> {
  const path = uploads?.path ?? (await temporaryDirectory(ends))
  const started = await startHttpDaemon(
    ends,
    { ...overrides, uploads: { enabled: true, path, ...uploads } },
    log,
  )
  const { base } = started
  return {
    ...started,
    path,
    async stored() {
      const found = await readdir(path, { recursive: true, withFileTypes: true })
      return found.filter((entry) => entry.isFile()).map(({ name }) => name)
    },
    async person(username) {
      const credentials = { username, password: `password of ${username}` }
      await httpAsk(`${base}/api/users/register`, 'POST', credentials)
      const { token, user_id } = (await httpAsk(`${base}/auth/login`, 'POST', credentials)).body
      const bearer = { authorization: `Bearer ${String(token)}` }
      const look = (fileId: unknown) =>
        httpAsk(`${base}/api/uploads/${String(fileId)}`, 'GET', undefined, bearer)
      return {
        userId: String(user_id),
        bearer,
        upload: (content, name = 'a file') => upload(base, bearer, content, name),
        look,
        async fetch(fileId, headers = {}) {
          const { body } = await look(fileId)
          return fetch(base + String(body['url']), { headers })
        },
      }
    },
  }
}

async function upload(
  base: string,
  headers: Readonly<Record<string, string>>,
  content: Uint8Array | string,
  name: string,
): Promise<HttpAnswer> {
  const form = new FormData()
  form.set('file', new Blob([typeof content === 'string' ? content : new Uint8Array(content)]), name)
  const answer = await fetch(`${base}/api/uploads`, { method: 'POST', headers, body: form })
  const body: object = Object(await answer.json())
  return { status: answer.status, body: { ...body }, headers: answer.headers }
}
