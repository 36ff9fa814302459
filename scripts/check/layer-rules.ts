import type { IForbiddenRuleType } from 'dependency-cruiser'

/** The layers of ARCHITECTURE.md: what each folder of src may import. Nothing below calls upward. */
const layers: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  application: ['domain'],
  protocol: ['domain/result'],
  session: ['application', 'protocol', 'domain'],
  transport: ['session', 'protocol', 'application/ports', 'domain/result', 'domain/error-code'],
  // Asks use cases of its own, as what HTTP offers is more than frames.
  'transport/http': [
    'transport/connection/socket-options',
    'transport/admission',
    'transport/proxy',
    'transport/tls',
    'session',
    'protocol',
    'application',
    'domain',
  ],
  // Its clients call users by their names, and may be guests.
  'transport/socketio': [
    'transport/admission',
    'transport/connection',
    'session',
    'protocol',
    'application/ports',
    'domain',
  ],
  // A door as well, but one that asks use cases of its own.
  'transport/control': ['transport/admission', 'session', 'protocol', 'application', 'domain'],
  infrastructure: ['application/ports', 'domain'],
  config: ['application/ports/system/startup-error', 'domain/error-code'],
}

/** The npm packages and node modules that each may use; `node:` ones are named without the prefix. */
const outside: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  application: [],
  protocol: ['zod'],
  session: [],
  transport: ['crypto', 'events', 'fs', 'http', 'net', 'path', 'stream', 'timers/promises', 'tls', 'ws'],
  infrastructure: [
    '@aws-sdk',
    '@tus/server',
    'bcryptjs',
    'better-sqlite3',
    'jose',
    'zod',
    'pg',
    'pino',
    'pino-pretty',
    'piscina',
    'prom-client',
    'redis',
    'sharp',
    'unhomoglyph',
    'web-push',
    'ws',
    'buffer',
    'child_process',
    'crypto',
    'dns',
    'events',
    'fs',
    'fs/promises',
    'http',
    'https',
    'module',
    'net',
    'os',
    'path',
    'perf_hooks',
    'readline',
    'stream',
    'stream/consumers',
    'stream/promises',
    'tls',
    'timers/promises',
    'tls',
    'url',
    'util',
    'zlib',
    'worker_threads',
  ],
  'transport/control': ['zod', 'events', 'fs', 'http', 'net', 'path'],
  'transport/http': [
    '@fastify/busboy',
    '@tus/server',
    'hono',
    '@hono',
    'zod',
    'crypto',
    'events',
    'http',
    'https',
    'net',
    'stream',
    'tls',
  ],
  'transport/socketio': ['socket.io', 'ws', 'zod', 'http', 'net', 'stream'],
  config: ['zod', 'jsonc-parser', 'fs', 'path', 'net'],
}

/** All modules of a layer but those of the layers inside it. */
function from(layer: string): IForbiddenRuleType['from'] {
  const inside = Object.keys(layers).filter((other) => other.startsWith(`${layer}/`))
  return {
    path: `(^|/)src/${layer}/`,
    pathNot: ['^clients/', ...inside.map((other) => `(^|/)src/${other}/`)],
  }
}

const own = Object.entries(layers).map(([layer, may]): IForbiddenRuleType => ({
  name: `layer-${layer}`,
  severity: 'error',
  from: from(layer),
  to: {
    path: '(^|/)src/',
    // A package may have a folder of that name, too.
    pathNot: ['(^|/)node_modules/', ...[layer, ...may].map((allowed) => `(^|/)src/${allowed}(/|\\.)`)],
  },
}))

const foreign = Object.entries(outside).map(([layer, may]): IForbiddenRuleType => ({
  name: `packages-${layer}`,
  severity: 'error',
  from: from(layer),
  to: {
    dependencyTypes: ['npm', 'npm-dev', 'npm-no-pkg', 'core'],
    pathNot: may.map((name) => `(node_modules/${name}/|^${name}$)`),
  },
}))

/** The package for clients stands alone, and only the command line of the server uses it. */
const clientPackage: readonly IForbiddenRuleType[] = [
  {
    name: 'client-stands-alone',
    severity: 'error',
    from: { path: '(^|/)clients/typescript/src/' },
    to: { path: '.', pathNot: '(^|/)clients/typescript/src/|^(events|net|tls)$' },
  },
  {
    name: 'client-runs-in-browsers',
    severity: 'error',
    from: { path: '(^|/)clients/typescript/src/', pathNot: '(^|/)clients/typescript/src/node(/|\\.ts$)' },
    to: { path: '^(events|net|tls)$|(^|/)clients/typescript/src/node(/|\\.ts$)' },
  },
  {
    name: 'client-core-without-media',
    severity: 'error',
    from: { path: '(^|/)clients/typescript/src/', pathNot: '(^|/)clients/typescript/src/media/' },
    to: { path: '(^|/)clients/typescript/src/media/' },
  },
  {
    name: 'client-for-the-command-line',
    severity: 'error',
    from: { path: '(^|/)src/', pathNot: '^clients/|(^|/)web/src/|(^|/)src/cli/' },
    to: { path: '(^|/)(clients/typescript|roomrtc-client)(/|$)' },
  },
]

/** The page knows the server only through the package for clients. */
const page: IForbiddenRuleType = {
  name: 'page-stands-alone',
  severity: 'error',
  from: { path: '(^|/)web/src/' },
  to: {
    path: '.',
    pathNot: '(^|/)web/src/|(^|/)(clients/typescript/dist|node_modules/preact)/|^roomrtc-client(/|$)',
  },
}

export const layerRules: IForbiddenRuleType[] = [
  ...clientPackage,
  page,
  ...own,
  ...foreign,
  { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: {} } },
  {
    name: 'resolvable',
    comment:
      'The package for clients may not be built yet; whether it can be found is told by the check of types.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true, pathNot: '^roomrtc-client(/|$)' },
  },
  {
    name: 'doors-share-admission',
    comment: 'What every door asks for lies outside the doors, and no door knows another.',
    severity: 'error',
    from: { path: '(^|/)src/transport/([^/]+)/' },
    to: { path: '(^|/)src/transport/', pathNot: '(^|/)src/transport/($2|admission|connection|tls|proxy)/' },
  },
  {
    name: 'admission-knows-no-door',
    severity: 'error',
    from: { path: '(^|/)src/transport/admission/' },
    to: { path: '(^|/)src/transport/', pathNot: '(^|/)src/transport/admission/' },
  },
  {
    name: 'connection-knows-no-door',
    severity: 'error',
    from: { path: '(^|/)src/transport/connection/' },
    to: { path: '(^|/)src/transport/', pathNot: '(^|/)src/transport/(connection|admission)/' },
  },
  {
    name: 'no-dev-packages',
    severity: 'error',
    from: { path: '^src/' },
    to: { dependencyTypes: ['npm-dev'] },
  },
  {
    name: 'src-stands-alone',
    severity: 'error',
    from: { path: '^src/' },
    to: { path: '^(scripts|tests)/' },
  },
]
