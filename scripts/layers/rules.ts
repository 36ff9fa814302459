import type { IForbiddenRuleType } from 'dependency-cruiser'

/** The layers of ARCHITECTURE.md: what each folder of src may import. Nothing below calls upward. */
const layers: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  application: ['domain'],
  protocol: ['domain/result'],
  session: ['application', 'protocol', 'domain'],
  tcp: ['session', 'protocol', 'application/ports', 'domain/result'],
  infrastructure: ['application/ports', 'domain'],
  config: ['application/ports/startup-error'],
  sdk: ['protocol', 'domain/result'],
}

/** The npm packages and node modules that each may use; `node:` ones are named without the prefix. */
const outside: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  application: [],
  protocol: ['zod'],
  session: [],
  tcp: ['crypto', 'events', 'fs', 'net', 'path', 'timers/promises', 'tls'],
  infrastructure: [
    'bcryptjs',
    'zod',
    'pino',
    'pino-pretty',
    'piscina',
    'buffer',
    'crypto',
    'fs',
    'fs/promises',
    'module',
    'os',
    'path',
    'url',
  ],
  sdk: ['events', 'net', 'tls', 'timers/promises'],
  config: ['zod', 'jsonc-parser', 'fs', 'path', 'net'],
}

const own = Object.entries(layers).map(([layer, may]): IForbiddenRuleType => ({
  name: `layer-${layer}`,
  severity: 'error',
  from: { path: `(^|/)src/${layer}/` },
  to: { path: '(^|/)src/', pathNot: [layer, ...may].map((allowed) => `(^|/)src/${allowed}(/|\\.)`) },
}))

const foreign = Object.entries(outside).map(([layer, may]): IForbiddenRuleType => ({
  name: `packages-${layer}`,
  severity: 'error',
  from: { path: `(^|/)src/${layer}/` },
  to: {
    dependencyTypes: ['npm', 'npm-dev', 'npm-no-pkg', 'core'],
    pathNot: may.map((name) => `(node_modules/${name}/|^${name}$)`),
  },
}))

export const layerRules: IForbiddenRuleType[] = [
  ...own,
  ...foreign,
  { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: {} } },
  { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
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
