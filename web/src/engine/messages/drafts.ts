import { type DraftFile, MOST_FILES } from '../../model/messages/talk-state.ts'
import type { Access } from './access.ts'
import { upload } from './upload.ts'

/** Files that are uploaded while the text is still being written. */
export interface Drafts {
  /** Gives how many there was no room for. */
  readonly add: (conversation: string, files: readonly File[]) => number
  readonly remove: (conversation: string, id: number) => void
  /** They go with a message now. */
  readonly take: (conversation: string) => readonly DraftFile[]
  readonly end: () => void
}

interface Deps {
  readonly access: Access
  readonly of: (conversation: string) => readonly DraftFile[]
  readonly changed: (conversation: string, files: readonly DraftFile[]) => void
}

let lastId = 0

export function createDrafts({ access, of, changed }: Deps): Drafts {
  const running = new Map<number, AbortController>()
  return {
    add(conversation, files) {
      const fit = files.slice(0, MOST_FILES - of(conversation).length)
      for (const file of fit) void begin(conversation, file)
      return files.length - fit.length
    },

    remove(conversation, id) {
      const file = of(conversation).find((one) => one.id === id)
      running.get(id)?.abort()
      changed(
        conversation,
        of(conversation).filter((one) => one.id !== id),
      )
      // If that fails, the server removes it later: nothing refers to it.
      if (file?.upload.name === 'done') void access.remove(file.upload.fileId)
    },

    take(conversation) {
      const files = of(conversation)
      changed(conversation, [])
      return files
    },

    end() {
      for (const abort of running.values()) abort.abort()
    },
  }

  async function begin(conversation: string, file: File): Promise<void> {
    const id = ++lastId
    const abort = new AbortController()
    running.set(id, abort)
    const { name, size: bytes } = file
    changed(conversation, [...of(conversation), { id, name, bytes, upload: { name: 'running', share: 0 } }])
    const put = (now: DraftFile['upload']): void => {
      if (abort.signal.aborted) return
      changed(
        conversation,
        of(conversation).map((one) => (one.id === id ? { ...one, upload: now } : one)),
      )
    }
    const sent = await access.withToken((token) =>
      upload(file, {
        ...{ server: access.server, token, signal: abort.signal },
        onShare: (share) => {
          put({ name: 'running', share })
        },
      }),
    )
    running.delete(id)
    put(sent.ok ? { name: 'done', fileId: sent.value } : { name: 'failed', reason: sent.refusal.reason })
  }
}
