import type { MessageEffect } from '../../application/messages/message-effect.ts'
import { encodeMessage } from '../../protocol/codec/encode-message.ts'
import type { Endpoint } from '../conversation/endpoint.ts'
import type { ForgetMessages } from '../messages/forget-messages.ts'
import type { Registry } from '../registry.ts'
import { presentConversations, presentMessageNews, presentMessages } from './present/present-messages.ts'

export interface DeliverMessages {
  /** `by`: who asked. */
  readonly deliver: (
    effect: MessageEffect,
    asked?: { readonly by: Endpoint; readonly requestId: string | undefined },
  ) => void
  /** Undefined where nothing is kept. */
  readonly forget: ForgetMessages | undefined
}

interface Deps {
  readonly registry: Registry
  readonly forget: ForgetMessages | undefined
}

/** Tells members what has become of their conversations. */
export function makeDeliverMessages({ registry, forget }: Deps): DeliverMessages {
  return { deliver, forget }

  function deliver(...[effect, asked]: Parameters<DeliverMessages['deliver']>): void {
    switch (effect.kind) {
      case 'message-news':
        for (const user of effect.to) {
          const message = presentMessageNews(effect.news, user)
          for (const session of registry.ofUser(user))
            if (session.capabilities.has('messages'))
              session.send(message, session.id === effect.session ? asked?.requestId : undefined)
        }
        break
      case 'answer-messages':
        asked?.by.answerAtCost(encodeMessage(presentMessages(effect), { requestId: asked.requestId }))
        break
      case 'answer-conversations':
        asked?.by.answerAtCost(encodeMessage(presentConversations(effect), { requestId: asked.requestId }))
        break
      default:
        effect satisfies never
    }
  }
}
