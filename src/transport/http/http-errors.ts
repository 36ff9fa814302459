/** Reasons that only HTTP knows, beside those of ERROR. PROTOCOL.md prints both tables. */
export const httpErrors = {
  malformed_request: { code: 400, name: 'Bad Request', message: 'This is not a request of HTTP/1.1' },
  forbidden_network: { code: 403, name: 'Forbidden', message: 'Not from your network' },
  not_found: { code: 404, name: 'Not Found', message: 'There is nothing at this path' },
  request_timeout: { code: 408, name: 'Request Timeout', message: 'The request was not complete in time' },
  body_too_large: { code: 413, name: 'Content Too Large', message: 'The body is too large' },
  headers_too_large: {
    code: 431,
    name: 'Request Header Fields Too Large',
    message: 'The head of the request is too large',
  },
} as const

export type HttpErrorReason = keyof typeof httpErrors
