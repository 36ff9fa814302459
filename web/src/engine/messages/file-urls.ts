import { lookUp } from '../../server.ts'
import type { Access } from './access.ts'

/** Where a file is fetched, for a while. */
export interface FileUrls {
  readonly url: string
  readonly thumbnailUrl: string | undefined
}

interface Answer {
  readonly urls: FileUrls
  readonly expiresAt: number
}

interface Kept {
  readonly urls: Promise<FileUrls | undefined>
  readonly until: number
}

/** It may take a while until somebody clicks. */
const MARGIN_MS = 60_000
const SHORT_MS = 5000

/** Asks the server for URLs of files, once for each as long as they are good. Undefined where one cannot be had. */
export function createFileUrls({
  server,
  withToken,
}: Access): (fileId: string) => Promise<FileUrls | undefined> {
  const kept = new Map<string, Kept>()
  return (fileId) => {
    const known = kept.get(fileId)
    if (known !== undefined && known.until > Date.now()) return known.urls
    const asked = ask(fileId)
    const urls = asked.then((answer) => answer?.urls)
    kept.set(fileId, { urls, until: Date.now() + SHORT_MS })
    void asked.then((answer) => {
      if (answer !== undefined) kept.set(fileId, { urls, until: answer.expiresAt - MARGIN_MS })
    })
    return urls
  }

  async function ask(fileId: string): Promise<Answer | undefined> {
    const asked = await withToken((token) =>
      lookUp(new URL(`api/uploads/${encodeURIComponent(fileId)}`, server), token, (body) => {
        const { url, thumbnailUrl, expiresAt } = body
        if (typeof url !== 'string') throw new Error('The answer has no URL')
        return {
          urls: {
            url: here(url),
            thumbnailUrl: typeof thumbnailUrl === 'string' ? here(thumbnailUrl) : undefined,
          },
          expiresAt: typeof expiresAt === 'number' ? expiresAt : 0,
        }
      }),
    )
    return asked.ok ? asked.value : undefined
  }

  /** The server says paths of its own, and a proxy may have put them elsewhere. */
  function here(path: string): string {
    return new URL(path.replace(/^\//, ''), server).href
  }
}
