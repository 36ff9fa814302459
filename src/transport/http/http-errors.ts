/** Reasons that only HTTP knows, beside those of ERROR. PROTOCOL.md prints both tables. */
export const httpErrors = {
  not_a_form: {
    code: 400,
    name: 'Bad Request',
    message: 'Send the file as a form, with Content-Type: multipart/form-data',
  },
  no_file: { code: 400, name: 'Bad Request', message: 'There is no file in this form' },
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
  bad_signature: { code: 403, name: 'Forbidden', message: 'This is no URL of a file that was given here' },
  url_expired: {
    code: 403,
    name: 'Forbidden',
    message: 'This URL is not good any more; ask for a new one with GET /api/uploads/{fileId}',
  },
  file_not_found: { code: 404, name: 'Not Found', message: 'There is no such file that you may see' },
  file_in_use: { code: 409, name: 'Conflict', message: 'Something still refers to this file' },
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
  file_too_large: { code: 413, name: 'Content Too Large', message: 'The file is too large' },
  quota_exceeded: {
    code: 413,
    name: 'Content Too Large',
    message: 'Your files take up all that they may; remove one that you do not need any more',
  },
  range_not_satisfiable: {
    code: 416,
    name: 'Range Not Satisfiable',
    message: 'The file has no such part',
  },
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
  storage_full: {
    code: 507,
    name: 'Insufficient Storage',
    message: 'The files of all users take up all that they may',
  },
  headers_too_large: {
    code: 431,
    name: 'Request Header Fields Too Large',
    message: 'The head of the request is too large',
  },
} as const

export type HttpErrorReason = keyof typeof httpErrors
