import { script } from './script.ts'
import { TELLING_NODES } from './telling-nodes.ts'

/** In good order. */
export const leaveScript = script(
  TELLING_NODES,
  `
if redis.call('HGET', P .. 'nodes', ARGV[2]) ~= ARGV[3] then return 'OK' end
forget_node(ARGV[2])
tell_of_nodes()
return 'OK'
`,
)
