/** Holds source trees (by default those of the server, of the package for clients and of the page) to the layer rules. Exit code 1 on a violation. */
import { cruise } from 'dependency-cruiser'
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config'
import { layerRules } from './layer-rules.ts'

const roots = process.argv.length > 2 ? process.argv.slice(2) : ['src', 'clients/typescript/src', 'web/src']
const { output } = await cruise(
  roots,
  {
    ruleSet: { forbidden: layerRules },
    validate: true,
    doNotFollow: { path: 'node_modules|^clients/[^/]+/dist/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
    },
  },
  {},
  { tsConfig: extractTsConfig('tsconfig.json') },
)
if (typeof output === 'string') throw new Error('a cruise result was expected')
const { totalCruised, violations } = output.summary

for (const { from, to, rule } of violations) console.error(`${rule.name}: ${from} must not import ${to}`)
// A cruiser that cannot read TypeScript finds nothing and is content.
if (totalCruised === 0) console.error(`no module was found under ${roots.join(' and ')}`)
if (violations.length > 0 || totalCruised === 0) process.exitCode = 1
else console.log(`${totalCruised} modules keep to their layers`)
