import { type Browser, chromium } from 'playwright-core'

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A camera and a microphone that show and beep by themselves, and that nobody is asked about.
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
]

/** Debian's Chromium, with a profile of its own that is removed at the end. */
export function startChromium(more: readonly string[] = []): Promise<Browser> {
  const args = [...FLAGS, ...more]
  return chromium.launch({ executablePath: '/usr/bin/chromium', headless: true, args })
}
