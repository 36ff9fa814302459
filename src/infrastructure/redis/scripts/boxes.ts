/** How long it is known that a commit was carried out, or never will be, in seconds: longer than anybody sends it again. */
export const DONE_SECONDS = 120

/**
 * Lua: what happens to boxes, as `wire/encode-boxes.ts` writes it. `box:SESSION` has `first`, `received`, `bytes` (of all
 * entries), the tokens, the `node` that holds the session, and `unsent`, where it has no connection; `outbox:SESSION` has
 * the entries.
 */
export const BOXES = `
local at
local function take()
  at = at + 1
  return ARGV[at]
end

local function spend(hash, why)
  if why == 'unknown' then
    redis.call('DEL', P .. 'token:' .. hash)
  else
    redis.call('SET', P .. 'token:' .. hash, 'x:' .. why, 'EX', 3600)
  end
end

local function set_tokens(box, session, current, previous)
  for _, had in ipairs(redis.call('HMGET', box, 'current', 'previous')) do
    if had and had ~= '' and had ~= current and had ~= previous then spend(had, 'replaced') end
  end
  redis.call('HSET', box, 'current', current, 'previous', previous)
  if current ~= '' then redis.call('SET', P .. 'token:' .. current, 's:' .. session) end
  if previous ~= '' then redis.call('SET', P .. 'token:' .. previous, 's:' .. session) end
end

local function owe(session, entry, max_entries, max_bytes)
  local box, outbox = P .. 'box:' .. session, P .. 'outbox:' .. session
  local has = redis.call('HMGET', box, 'first', 'bytes')
  if not has[1] then return end
  local size = redis.call('RPUSH', outbox, entry)
  local first, bytes = tonumber(has[1]), tonumber(has[2]) + #entry
  while size > 0 and (size > max_entries or bytes > max_bytes) do
    bytes = bytes - #redis.call('LPOP', outbox)
    size = size - 1
    first = first + 1
  end
  redis.call('HSET', box, 'first', first, 'bytes', bytes)
end

local function acknowledge(session, seq)
  local box, outbox = P .. 'box:' .. session, P .. 'outbox:' .. session
  local has = redis.call('HMGET', box, 'first', 'bytes')
  if not has[1] then return end
  local count = math.min(seq - tonumber(has[1]) + 1, redis.call('LLEN', outbox))
  if count <= 0 then return end
  local bytes = tonumber(has[2])
  for _, entry in ipairs(redis.call('LRANGE', outbox, 0, count - 1)) do bytes = bytes - #entry end
  redis.call('LTRIM', outbox, count, -1)
  redis.call('HSET', box, 'first', tonumber(has[1]) + count, 'bytes', bytes)
end

local function open(session, node)
  local box = P .. 'box:' .. session
  redis.call('DEL', P .. 'outbox:' .. session)
  redis.call('HSET', box, 'first', 1, 'received', 0, 'bytes', 0, 'node', node)
  redis.call('HDEL', box, 'unsent')
  set_tokens(box, session, take(), take())
end

local function attach(session, node)
  local box, outbox = P .. 'box:' .. session, P .. 'outbox:' .. session
  set_tokens(box, session, take(), take())
  redis.call('HSET', box, 'node', node)
  redis.call('HDEL', box, 'unsent')
  local first, count = take(), tonumber(take())
  redis.call('DEL', outbox)
  local bytes = 0
  for _ = 1, count do
    local entry = take()
    bytes = bytes + #entry
    redis.call('RPUSH', outbox, entry)
  end
  redis.call('HSET', box, 'first', first, 'bytes', bytes)
end

local function detach(session)
  local box = P .. 'box:' .. session
  local first = redis.call('HGET', box, 'first')
  if first then redis.call('HSET', box, 'unsent', first + redis.call('LLEN', P .. 'outbox:' .. session)) end
end

local function finish(session, why)
  local box = P .. 'box:' .. session
  for _, had in ipairs(redis.call('HMGET', box, 'current', 'previous')) do
    if had and had ~= '' then spend(had, why) end
  end
  redis.call('DEL', box, P .. 'outbox:' .. session)
end

-- 'same' is what a post tells, so that it need not be sent twice.
local function update_boxes(node, max_entries, max_bytes, same)
  for _ = 1, tonumber(take()) do
    local kind = take()
    if kind == 'owe' or kind == 'same' then
      local entry = kind == 'owe' and take() or same
      for _ = 1, tonumber(take()) do owe(take(), entry, max_entries, max_bytes) end
    else
      local session = take()
      local box = P .. 'box:' .. session
      if kind == 'open' then
        open(session, node)
      elseif kind == 'attach' then
        attach(session, node)
      elseif kind == 'detach' then
        detach(session)
      elseif kind == 'took' then
        local count, instead_of = take(), take()
        local counts = instead_of == '' or redis.call('SET', P .. 'done:' .. instead_of, 0, 'NX', 'EX', ${DONE_SECONDS})
        if counts and redis.call('EXISTS', box) == 1 then redis.call('HINCRBY', box, 'received', count) end
      elseif kind == 'acknowledge' then
        acknowledge(session, tonumber(take()))
      elseif kind == 'tokens' then
        local current, previous = take(), take()
        if redis.call('EXISTS', box) == 1 then set_tokens(box, session, current, previous) end
      elseif kind == 'end' then
        finish(session, take())
      end
    end
  end
end
`
