import { z } from 'zod'
import { callsSection } from './sections/calls.ts'
import { clusterSection } from './sections/cluster.ts'
import { drainSection } from './sections/drain.ts'
import { heartbeatSection } from './sections/heartbeat.ts'
import { historySection } from './sections/history.ts'
import { httpSection } from './sections/http.ts'
import { limitsSection } from './sections/limits.ts'
import { loggingSection } from './sections/logging.ts'
import { messagesSection } from './sections/messages.ts'
import { persistenceSection } from './sections/persistence.ts'
import { presenceSection } from './sections/presence.ts'
import { proxySection } from './sections/proxy.ts'
import { rateLimitsSection } from './sections/rate-limits.ts'
import { pushSection } from './sections/push.ts'
import { resumeSection } from './sections/resume.ts'
import { roomsSection } from './sections/rooms.ts'
import { securitySection } from './sections/security.ts'
import { serverSection } from './sections/server.ts'
import { sfuSection } from './sections/sfu.ts'
import { tokensSection } from './sections/tokens.ts'
import { uploadsSection } from './sections/uploads.ts'
import { webhooksSection } from './sections/webhooks.ts'
import { webrtcSection } from './sections/webrtc.ts'

/** Every key with its default and meaning. A file may leave out any key and any section. */
export const configSchema = z.strictObject({
  server: serverSection.prefault({}),
  proxy: proxySection.prefault({}),
  http: httpSection.prefault({}),
  limits: limitsSection.prefault({}),
  logging: loggingSection.prefault({}),
  webrtc: webrtcSection.prefault({}),
  security: securitySection.prefault({}),
  tokens: tokensSection.prefault({}),
  rate_limits: rateLimitsSection.prefault({}),
  heartbeat: heartbeatSection.prefault({}),
  presence: presenceSection.prefault({}),
  calls: callsSection.prefault({}),
  history: historySection.prefault({}),
  messages: messagesSection.prefault({}),
  rooms: roomsSection.prefault({}),
  sfu: sfuSection.prefault({}),
  resume: resumeSection.prefault({}),
  drain: drainSection.prefault({}),
  persistence: persistenceSection.prefault({}),
  uploads: uploadsSection.prefault({}),
  cluster: clusterSection.prefault({}),
  webhooks: webhooksSection.prefault({}),
  push: pushSection.prefault({}),
})

/** The checked configuration. Paths are as written: relative ones count from the working directory. */
export type Config = z.output<typeof configSchema>
