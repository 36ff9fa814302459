import { type MessageId, parseFileId, type UserId } from '../../domain/ids.ts'
import type { Attachment } from '../../domain/message.ts'
import { RefusalReason, type Refusal } from '../../domain/refusal.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { FileDescription, Files } from '../ports/files.ts'
import type { Messages } from '../ports/messages.ts'
import type { Clock } from '../ports/system/clock.ts'

interface Deps {
  readonly messages: Pick<Messages, 'noteHolds' | 'dropHolds'>
  /** Undefined where nobody can send files. */
  readonly files: Files | undefined
  readonly clock: Pick<Clock, 'wallMs'>
}

export type WrongFile = 'no_attachments' | 'file_not_found' | 'too_many_references'

/** From now on the message refers to the files, all of them; noted first, so that a crash leaves none held for ever. */
export interface AttachFiles {
  attach(
    message: MessageId,
    files: readonly string[],
    by: UserId,
  ): Promise<Result<readonly Attachment[], Refusal | WrongFile>>
  /** It was not stored after all. */
  letGo(message: MessageId, attachments: readonly Attachment[]): Promise<void>
}

export function makeAttachFiles({ messages, files: store, clock }: Deps): AttachFiles {
  return {
    async attach(message, wanted, by) {
      if (wanted.length === 0) return ok([])
      if (store === undefined) return err('no_attachments')
      const ids = [...new Set(wanted)].flatMap((text) => parseFileId(text) ?? [])
      if (ids.length < new Set(wanted).size) return err('file_not_found')
      if (!(await messages.noteHolds(message, ids, clock.wallMs())).ok) return away
      const referred = await store.refer(ids, by, message)
      if (referred.ok) {
        const known = new Map(referred.value.map((file) => [file.id, attachmentOf(file)]))
        return ok(ids.flatMap((id) => known.get(id) ?? []))
      }
      const { error } = referred
      if (error === 'storage_unavailable') return away
      await messages.dropHolds(message, ids)
      return err(error)
    },

    async letGo(message, attachments) {
      const ids = attachments.map(({ fileId }) => fileId)
      if (store === undefined || ids.length === 0) return
      const given = await store.unrefer(ids, message)
      if (given.ok) await messages.dropHolds(message, ids)
    },
  }
}

const away = err({ reason: RefusalReason.storageUnavailable })

function attachmentOf({ id: fileId, name, type, bytes, thumbnailKey }: FileDescription): Attachment {
  return { fileId, name, type, bytes, ...(thumbnailKey === null ? {} : { thumbnail: thumbnailKey }) }
}
