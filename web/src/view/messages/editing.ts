import type { TextMessage } from 'roomrtc-client/messages'

/** The message whose text is being changed. */
export type Editing = Pick<TextMessage, 'id' | 'conversation' | 'text' | 'attachments'>
