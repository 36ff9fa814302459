/** Reasons that only HTTP knows, beside those of ERROR. PROTOCOL.md prints both tables. */
export const httpErrors = {
  token_in_query: {
    code: 400,
    name: 'Bad Request',
    message: 'A token in a URL ends up in logs; send it as Authorization: Bearer TOKEN',
  },
  malformed_request: { code: 400, name: 'Bad Request', message: 'This is not a request of HTTP/1.1' },
  unknown_session: {
    code: 401,
    name: 'Unauthorized',
    message: 'There is no such session of yours; open one with POST /api/session',
  },
  token_required: {
    code: 401,
    name: 'Unauthorized',
    message: 'Send a token: Authorization: Bearer TOKEN, from POST /auth/login',
  },
  forbidden_network: { code: 403, name: 'Forbidden', message: 'Not from your network' },
  not_found: { code: 404, name: 'Not Found', message: 'There is nothing at this path' },
  request_timeout: { code: 408, name: 'Request Timeout', message: 'The request was not complete in time' },
  events_lost: {
    code: 410,
    name: 'Gone',
    message: 'What came after that number is not kept any more; ask for the state anew',
  },
  length_required: {
    code: 411,
    name: 'Length Required',
    message: 'Say how long the body is, with Content-Length',
  },
  body_too_large: { code: 413, name: 'Content Too Large', message: 'The body is too large' },
  too_many_at_once: {
    code: 429,
    name: 'Too Many Requests',
    message: 'Too many requests of this session wait for each other',
  },
  unsupported_media_type: {
    code: 415,
    name: 'Unsupported Media Type',
    message: 'Send the body as JSON, with Content-Type: application/json',
  },
  upgrade_required: {
    code: 426,
    name: 'Upgrade Required',
    message: 'Here is a WebSocket: ask for an upgrade',
  },
  headers_too_large: {
    code: 431,
    name: 'Request Header Fields Too Large',
    message: 'The head of the request is too large',
  },
} as const

export type HttpErrorReason = keyof typeof httpErrors
