import type { Asked } from '../../server.ts'

interface Options {
  readonly server: URL
  readonly token: string
  /** From 0 to 1. */
  readonly onShare: (share: number) => void
  readonly signal: AbortSignal
}

/** Sends a file to the server; gives its id. Only XMLHttpRequest tells how far it is. */
export function upload(file: File, { server, token, onShare, signal }: Options): Promise<Asked<string>> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest()
    const refuse = (reason: string): void => {
      resolve({ ok: false, refusal: { reason, retryAfterMs: undefined } })
    }
    request.open('POST', new URL('api/uploads', server))
    request.responseType = 'json'
    request.setRequestHeader('Authorization', `Bearer ${token}`)
    request.upload.addEventListener('progress', ({ loaded, total }) => {
      onShare(total > 0 ? loaded / total : 0)
    })
    request.addEventListener('load', () => {
      const body: unknown = request.response
      const { fileId, error } = partsOf(body)
      if (fileId === undefined) refuse(error)
      else resolve({ ok: true, value: fileId })
    })
    for (const event of ['error', 'abort', 'timeout'])
      request.addEventListener(event, () => {
        refuse('unreachable')
      })
    signal.addEventListener('abort', () => {
      request.abort()
    })
    const form = new FormData()
    form.set('file', file, file.name)
    request.send(form)
  })
}

function partsOf(body: unknown): { readonly fileId: string | undefined; readonly error: string } {
  if (typeof body !== 'object' || body === null) return { fileId: undefined, error: 'internal' }
  return {
    fileId: 'fileId' in body && typeof body.fileId === 'string' ? body.fileId : undefined,
    error: 'error' in body && typeof body.error === 'string' ? body.error : 'internal',
  }
}
