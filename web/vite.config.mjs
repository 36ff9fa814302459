import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

/** Where a server runs while one works at the page with `npm run dev:page`. */
const SERVER = process.env.ROOMRTC_SERVER ?? 'http://127.0.0.1:8081'

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // So that the page works below any path to which a proxy moves it.
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: ['es2022', 'chrome111', 'firefox115', 'safari16.4'],
    modulePreload: { polyfill: false },
    // What is inlined would be against the page's own policy.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  server: {
    proxy: { '/ws': { target: SERVER, ws: true }, '/api': SERVER, '/auth': SERVER },
  },
})
