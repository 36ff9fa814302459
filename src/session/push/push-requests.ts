import type { PushEffect } from '../../application/push/push-effect.ts'
import type { PushUseCases } from '../../application/push/push-use-cases.ts'
import type { Work } from '../../application/ports/transaction.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { User } from '../../domain/user.ts'
import { type ClientMessage, type MessageDefinition, messageTable } from '../../protocol/message-table.ts'
import type { WireRefusal } from '../conversation/present-refusal.ts'

type PushMessage = Extract<ClientMessage, { type: `PUSH_${string}` }>

export function isAboutPush(message: ClientMessage): message is PushMessage {
  const { needs }: MessageDefinition = messageTable[message.type]
  return needs === 'push'
}

/** From a message about waking to the work that it asks for. `push`: undefined where nobody is woken. */
export function makePushRequests(push: PushUseCases | undefined) {
  return async (
    { user }: { readonly user: User },
    message: PushMessage,
  ): Promise<Result<Work, WireRefusal>> => {
    if (push === undefined) return err({ reason: 'not_negotiated', detail: 'This server wakes no devices' })
    if (message.type === 'PUSH_KEY') return answered({ publicKey: push.publicKey })
    const saved = await save(push, user, message)
    if (saved.ok) return answered({ subscriptions: saved.value })
    if ('reason' in saved.error) return err(saved.error)
    return err({ reason: 'invalid_field', detail: `${message.type}: ${saved.error.fault}` })
  }

  function save(
    { subscribe, unsubscribe }: PushUseCases,
    user: User,
    { type, payload }: Exclude<PushMessage, { type: 'PUSH_KEY' }>,
  ): ReturnType<PushUseCases['subscribe']> {
    const { endpoint } = payload
    return type === 'PUSH_SUBSCRIBE'
      ? subscribe(user, { endpoint, ...payload.keys })
      : unsubscribe(user, endpoint)
  }
}

function answered(told: PushEffect['told']): Result<Work, WireRefusal> {
  return ok(() => Promise.resolve(ok([{ kind: 'answer-push', told }])))
}
