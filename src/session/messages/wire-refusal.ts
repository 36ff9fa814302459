import type { Refusal } from '../../domain/refusal.ts'
import type { WireRefusal } from '../conversation/present-refusal.ts'

type Wrong =
  | 'no_messages'
  | 'text_too_long'
  | 'nothing_to_send'
  | 'no_attachments'
  | 'file_not_found'
  | 'too_many_references'
  | 'invalid_before'
  | 'no_words'

/** Why something is not done with a message, in the words of the wire. */
export function wireRefusal(why: Refusal | Wrong, maxTextBytes: number): WireRefusal {
  switch (why) {
    case 'no_messages':
      return { reason: 'not_negotiated', detail: 'This server has no text messages' }
    case 'text_too_long':
      return invalid(`"text": expected at most ${maxTextBytes} bytes of UTF-8`)
    case 'nothing_to_send':
      return invalid('"text": expected at least one character, as there is no attachment')
    case 'no_attachments':
      return invalid('"attachments": this server takes none')
    case 'file_not_found':
      return invalid('"attachments": one of them is no file of yours')
    case 'too_many_references':
      return invalid('"attachments": one of them is in too many messages by now; upload it again')
    case 'invalid_before':
      return invalid('"before": expected the id of a message')
    case 'no_words':
      return invalid('"query": expected a word, of letters or digits')
    default:
      return why
  }
}

function invalid(detail: string): WireRefusal {
  return { reason: 'invalid_field', detail }
}
