import type { App } from '../app.ts'
import { docsPage, docsScript, docsStyle } from '../docs-page.ts'

export const DOCS_PATH = '/docs'

function describeApi(app: App, version: string) {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'roomrtc-server',
      version,
      description:
        'Accounts, sessions, calls and signaling over plain HTTP. PROTOCOL.md describes the messages.',
    },
  })
}

/** The description of all routes, made from them, and a page to read and try it. To be added last. */
export function addDocumentRoutes(app: App, version: string): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
  })
  let described: string | undefined
  app.get('/openapi.json', (context) => {
    described ??= JSON.stringify(describeApi(app, version))
    return context.body(described, 200, { 'Content-Type': 'application/json' })
  })
  const files = [
    { path: DOCS_PATH, type: 'text/html; charset=utf-8', text: docsPage },
    { path: '/docs/page.js', type: 'text/javascript; charset=utf-8', text: docsScript },
    { path: '/docs/page.css', type: 'text/css; charset=utf-8', text: docsStyle },
  ]
  for (const { path, type, text } of files) {
    app.get(path, (context) => context.body(text, 200, { 'Content-Type': type }))
  }
}
