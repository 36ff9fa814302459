import { BOUNDED } from './bounded.ts'
import { script } from './script.ts'

/** For so long a user who has logged in from an address is remembered there. */
const KNOWN_MS = 24 * 60 * 60 * 1000

/**
 * Lua: the hash `failures` holds for each key `COUNT LAST KNOWN`: how many failures in a row, when the last one was, and until
 * when the user is known at that address. All instants are milliseconds of Redis's own clock. `ARGV[2]` is the longest wait.
 */
const FAILURES = `
${BOUNDED}
local longest = tonumber(ARGV[2])
local now = now_ms()

local function read(key)
  local value = redis.call('HGET', P .. 'failures', key)
  local count, last, known = string.match(value or '0 0 0', '^(%d+) (%d+) (%d+)$')
  local found = { key = key, count = tonumber(count), last = tonumber(last), known = tonumber(known) }
  if now >= found.last + 2 * longest then found.count = 0 end
  return found
end

local function write(found)
  local ends = found.known
  if found.count > 0 then ends = math.max(ends, found.last + 2 * longest) end
  local value = string.format('%.0f %.0f %.0f', found.count, found.last, found.known)
  keep('failures', found.key, value, ends, now, math.max(${KNOWN_MS}, 2 * longest))
end

local function count(found)
  found.count = found.count + 1
  found.last = now
end

local function take_back(found)
  found.count = math.max(0, found.count - 1)
end

local function wait_left(found, free, first)
  if found.count <= free then return 0 end
  return math.ceil(found.last + math.min(first * 2 ^ (found.count - free - 1), longest) - now)
end
`

/**
 * How long to wait, whether the attempt was counted for its user and for its address, and whether the user is known well
 * enough. Of a user without failures nothing is written: its first failure is counted afterwards.
 */
export const beginLoginScript = script(
  FAILURES,
  `
local pair, neighbours = read(ARGV[3]), read(ARGV[4])
local free, free_per_address, first = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local is_known = pair.known > now
local wait = wait_left(pair, free, first)
if not is_known then wait = math.max(wait, wait_left(neighbours, free_per_address, first)) end
if wait > 0 then return { wait, 0, 0, 0 } end

local counted, suspicious = 0, 0
if pair.count > 0 then
  counted = 1
  count(pair)
  write(pair)
end
if not is_known and neighbours.count >= free_per_address then
  suspicious = 1
  count(neighbours)
  write(neighbours)
end
return { 0, counted, suspicious, pair.known > now + ${KNOWN_MS / 2} and 1 or 0 }
`,
)

/** The outcome of an attempt, `ARGV[5]`, with what was counted for it when it began. */
export const settleLoginScript = script(
  FAILURES,
  `
local pair, neighbours = read(ARGV[3]), read(ARGV[4])
local outcome, counted, suspicious = ARGV[5], ARGV[6] == '1', ARGV[7] == '1'
if outcome == 'failed' then
  if counted then pair.last = now else count(pair) end
  if suspicious then neighbours.last = now else count(neighbours) end
  write(neighbours)
else
  if outcome == 'succeeded' then
    pair.count = 0
    pair.known = now + ${KNOWN_MS}
  elseif counted then
    take_back(pair)
  end
  if suspicious then
    take_back(neighbours)
    write(neighbours)
  end
end
write(pair)
return 'OK'
`,
)

/** How long to wait; where that is not at all, it is counted. */
export const failedOfScript = script(
  FAILURES,
  `
local neighbours = read(ARGV[3])
local wait = wait_left(neighbours, tonumber(ARGV[4]), tonumber(ARGV[5]))
if wait > 0 then return wait end
count(neighbours)
write(neighbours)
return 0
`,
)
