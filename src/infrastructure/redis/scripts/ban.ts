import { BOUNDED } from './bounded.ts'
import { script } from './script.ts'
import { TELLING_NODES } from './telling-nodes.ts'

/** Keeps a ban, `UNTIL TIMES`, in the hash `bans` until it says nothing any more, and tells all nodes. */
export const banScript = script(
  TELLING_NODES,
  BOUNDED,
  `
local address, until_ms, times, forgotten = ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
local max_inbox, bytes = tonumber(ARGV[6]), #ARGV[2]
local now = now_ms()
-- An administrator may ban for longer than anybody else is remembered.
local longest = math.max(redis.call('PTTL', P .. 'bans'), forgotten - now)
local ban = until_ms .. ' ' .. times
keep('bans', address, ban, forgotten, now, longest)

local all = true
for _, name in ipairs(redis.call('HKEYS', P .. 'nodes')) do
  all = tell(name, bytes, max_inbox, 'b', bytes, address, ban) and all
end
if not all then tell_of_nodes() end
return 'OK'
`,
)
