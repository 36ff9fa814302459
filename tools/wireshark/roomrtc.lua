-- RoomRTC signaling protocol, version 1, for Wireshark and tshark from 3.6 on. README.md beside it says how to install it.
-- Generated from the message table of roomrtc-server: change scripts/wireshark/roomrtc.template.lua and run "npm run docs".

local MAX_LENGTH = 1048576
local MAX_DEPTH = 500
local LENGTH_BYTES = 4
local HEAD_BYTES = 5

-- By code: the name, and for each side that sends it the fields that must be there; several lists are alternatives.
local MESSAGES = {
  [0x01] = { name = "LOGIN_REQUEST", client = { { "username", "password_hash" }, { "token" } } },
  [0x02] = { name = "LOGIN_RESPONSE", server = { { "success", "user_id", "username" }, { "success", "error", "reason" } } },
  [0x03] = { name = "REGISTER_REQUEST", client = { { "username", "password_hash" } } },
  [0x04] = { name = "REGISTER_RESPONSE", server = { { "success", "user_id", "username" }, { "success", "error", "reason" } } },
  [0x05] = { name = "USER_LIST_REQUEST", client = { {} }, empty = true },
  [0x06] = { name = "USER_LIST_RESPONSE", server = { { "users" } } },
  [0x07] = { name = "USER_STATE_UPDATE", server = { { "user_id", "username", "state" } } },
  [0x08] = { name = "CALL_REQUEST", client = { { "to_user_id" } } },
  [0x09] = { name = "CALL_NOTIFICATION", server = { { "call_id", "from_user_id", "from_username" } } },
  [0x0a] = { name = "CALL_RESPONSE", client = { { "call_id", "accepted" } } },
  [0x0b] = { name = "CALL_ACCEPTED", server = { { "call_id", "peer_user_id", "peer_username" } } },
  [0x0c] = { name = "CALL_DECLINED", server = { { "call_id", "peer_user_id", "peer_username", "reason" } } },
  [0x0d] = { name = "SDP_OFFER", client = { { "call_id", "to_user_id", "sdp" } }, server = { { "call_id", "from_user_id", "to_user_id", "sdp" } } },
  [0x0e] = { name = "SDP_ANSWER", client = { { "call_id", "to_user_id", "sdp" } }, server = { { "call_id", "from_user_id", "to_user_id", "sdp" } } },
  [0x0f] = { name = "ICE_CANDIDATE", client = { { "call_id", "to_user_id", "candidate", "sdp_mid", "sdp_mline_index" } }, server = { { "call_id", "from_user_id", "to_user_id", "candidate", "sdp_mid", "sdp_mline_index" } } },
  [0x10] = { name = "HANGUP", client = { { "call_id" } }, server = { { "call_id", "reason" } } },
  [0x11] = { name = "HEARTBEAT", client = { { "timestamp" } }, server = { { "timestamp" } } },
  [0x12] = { name = "ERROR", server = { { "code", "message", "reason" } } },
  [0x13] = { name = "LOGOUT_REQUEST", client = { {} }, empty = true },
  [0x14] = { name = "LOGOUT_RESPONSE", server = { { "success", "error" } } },
  [0x20] = { name = "HELLO", client = { { "protocol", "client", "capabilities" } } },
  [0x21] = { name = "WELCOME", server = { { "protocol", "server", "capabilities", "limits" } } },
  [0x22] = { name = "RESUME", client = { { "session_token", "last_seq" } } },
  [0x23] = { name = "RESUMED", server = { { "user_id", "username", "session_token", "resume_window_ms", "replayed", "received", "call" } } },
  [0x24] = { name = "RESUME_REFUSED", server = { { "reason" } } },
  [0x25] = { name = "PEER_STATE", server = { { "call_id", "state" } } },
  [0x26] = { name = "RINGING", server = { { "call_id", "peer_user_id", "peer_username", "expires_in_ms" } } },
  [0x27] = { name = "CALL_UPDATE", client = { { "call_id" } }, server = { { "call_id", "from_user_id" } } },
  [0x28] = { name = "ICE_SERVERS_REQUEST", client = { {} }, empty = true },
  [0x29] = { name = "ICE_SERVERS", server = { { "ice_servers", "gathering_timeout_ms", "connection_timeout_ms", "rtp_port_range" } } },
  [0x2a] = { name = "GOAWAY", server = { { "reason", "reconnect_after_ms" } } },
  [0x2b] = { name = "CHANGE_PASSWORD", client = { { "password_hash", "new_password_hash" } } },
  [0x2c] = { name = "PASSWORD_CHANGED", server = { {} } },
  [0x2d] = { name = "DELETE_ACCOUNT", client = { { "password_hash" } } },
  [0x2e] = { name = "ACCOUNT_DELETED", server = { {} } },
  [0x30] = { name = "ROOM_JOIN", client = { { "room_id" } } },
  [0x31] = { name = "ROOM_JOINED", server = { { "room_id", "name", "mode", "max_members", "invite_only", "members" } } },
  [0x32] = { name = "ROOM_MEMBER", server = { { "room_id", "event", "member" } } },
  [0x33] = { name = "ROOM_UPDATE", client = { { "room_id" } } },
  [0x34] = { name = "ROOM_LEAVE", client = { { "room_id" } } },
  [0x35] = { name = "ROOM_LEFT", server = { { "room_id", "reason" } } },
  [0x36] = { name = "ROOM_INVITE", client = { { "room_id", "to_user_id" } } },
  [0x37] = { name = "ROOM_INVITED", server = { { "room_id", "name", "from_user_id", "from_username", "invite", "expires_in_ms" } } },
  [0x38] = { name = "ROOM_REMOVE", client = { { "room_id", "user_id" } } },
  [0x39] = { name = "ROOM_CLOSE", client = { { "room_id" } } },
  [0x3a] = { name = "ROOM_LIST_REQUEST", client = { {} }, empty = true },
  [0x3b] = { name = "ROOM_LIST", server = { { "rooms" } } },
  [0x3c] = { name = "CALL_MOVE", client = { { "call_id" } } },
  [0x3d] = { name = "CALL_MOVED", server = { { "call_id", "role", "peer_user_id", "peer_username", "own", "peer", "peer_state", "duration_ms" } } },
  [0x3e] = { name = "DEVICES_REQUEST", client = { {} }, empty = true },
  [0x3f] = { name = "DEVICES", server = { { "devices" } } },
  [0x40] = { name = "DEVICE_LOGOUT", client = { { "session_id" } } },
  [0x48] = { name = "CALL_ALERTING", client = { { "call_id" } } },
  [0x49] = { name = "CALL_TRANSFER", client = { { "call_id", "to_user_id" } }, server = { { "call_id", "from_user_id", "to_user_id", "to_username", "new_call_id", "state" } } },
  [0x4c] = { name = "CALL_QUALITY", client = { { "call_id" } } },
  [0x50] = { name = "HISTORY_REQUEST", client = { {} }, empty = true },
  [0x51] = { name = "HISTORY", server = { { "entries", "unseen" } } },
  [0x52] = { name = "HISTORY_SEEN", client = { {} }, server = { { "unseen" } }, empty = true },
  [0x58] = { name = "DO_NOT_DISTURB", client = { { "on" } } },
  [0x59] = { name = "DO_NOT_DISTURB_STATE", server = { { "on" } } },
  [0x5a] = { name = "WATCH", client = { {} } },
  [0x5b] = { name = "WATCHED", server = { { "all", "users", "rooms" } } },
  [0x5c] = { name = "WATCHED_ROOM", server = { { "room_id", "members" } } },
  [0x60] = { name = "MESSAGE_SEND", client = { { "client_id" } } },
  [0x61] = { name = "MESSAGE", server = { { "message_id", "conversation_id", "from_user_id", "from_username", "text", "attachments", "client_id", "created_at" } } },
  [0x62] = { name = "MESSAGE_READ", client = { { "conversation_id", "up_to" } }, server = { { "conversation_id", "user_id", "up_to" } } },
  [0x63] = { name = "MESSAGE_EDIT", client = { { "conversation_id", "message_id", "text" } }, server = { { "conversation_id", "message_id", "text", "edited_at" } } },
  [0x64] = { name = "MESSAGE_DELETE", client = { { "conversation_id", "message_id" } }, server = { { "conversation_id", "message_id", "user_id", "deleted_at" } } },
  [0x65] = { name = "MESSAGE_REACT", client = { { "conversation_id", "message_id", "reaction", "on" } }, server = { { "conversation_id", "message_id", "user_id", "reaction", "on" } } },
  [0x66] = { name = "MESSAGE_TYPING", client = { { "conversation_id" } }, server = { { "conversation_id", "user_id" } } },
  [0x67] = { name = "CONVERSATIONS_REQUEST", client = { {} }, empty = true },
  [0x68] = { name = "CONVERSATIONS", server = { { "conversations", "more" } } },
  [0x69] = { name = "MESSAGES_REQUEST", client = { { "conversation_id" } } },
  [0x6a] = { name = "MESSAGES", server = { { "messages", "more" } } },
  [0x6b] = { name = "MESSAGE_SEARCH", client = { { "query" } } },
  [0x70] = { name = "SFU_STATE", server = { { "room_id", "state" } } },
  [0x71] = { name = "SFU_RENEW", client = { { "room_id" } } },
  [0x72] = { name = "SFU_SPEAKING", server = { { "room_id", "user_ids" } } },
  [0x73] = { name = "SFU_MUTE", client = { { "room_id", "user_id", "kind", "muted" } } },
  [0x74] = { name = "SFU_MUTED", server = { { "room_id", "kind", "muted" } } },
  [0x75] = { name = "SFU_LAYERS", client = { { "room_id", "connection", "mid" } } },
  [0x78] = { name = "PUSH_SUBSCRIBE", client = { { "endpoint", "keys" } } },
  [0x79] = { name = "PUSH_UNSUBSCRIBE", client = { { "endpoint" } } },
  [0x7a] = { name = "PUSH_KEY", client = { {} }, server = { { "public_key" } }, empty = true },
  [0x7b] = { name = "PUSH_STATE", server = { { "subscriptions" } } },
}

-- Fields at the top of a payload that can be filtered by, with what they hold: string, number or boolean.
local FIELDS = {
  accepted = "boolean",
  ack = "number",
  alerting = "boolean",
  all = "boolean",
  audio_muted = "boolean",
  before = "string",
  bitrate_kbps = "number",
  call_id = "string",
  candidate = "string",
  client = "string",
  client_id = "string",
  code = "number",
  connection = "string",
  connection_timeout_ms = "number",
  conversation_id = "string",
  created_at = "number",
  current_score = "number",
  cursor = "string",
  deleted_at = "number",
  do_not_disturb = "boolean",
  duration_ms = "number",
  edited_at = "number",
  endpoint = "string",
  error = "string",
  event = "string",
  expires_in_ms = "number",
  from_user_id = "string",
  from_username = "string",
  gathering_timeout_ms = "number",
  in_reply_to = "number",
  invite = "string",
  invite_only = "boolean",
  jitter_ms = "number",
  kind = "string",
  last_seq = "number",
  limit = "number",
  loss_percent = "number",
  max_members = "number",
  max_score = "number",
  members = "number",
  message = "string",
  message_id = "string",
  mid = "string",
  missed = "boolean",
  mode = "string",
  more = "boolean",
  muted = "boolean",
  name = "string",
  new_call_id = "string",
  new_password_hash = "string",
  next_cursor = "string",
  nickname = "string",
  on = "boolean",
  on_hold = "boolean",
  owner_user_id = "string",
  password_hash = "string",
  peer_state = "string",
  peer_user_id = "string",
  peer_username = "string",
  protocol = "number",
  public_key = "string",
  query = "string",
  reaction = "string",
  reason = "string",
  received = "number",
  reconnect_after_ms = "number",
  relayed = "boolean",
  replaces = "string",
  replayed = "number",
  request_id = "string",
  resume_window_ms = "number",
  retry_after_ms = "number",
  role = "string",
  room_id = "string",
  rtt_ms = "number",
  score = "number",
  sdp = "string",
  sdp_mid = "string",
  sdp_mline_index = "number",
  seq = "number",
  server = "string",
  session_id = "string",
  session_token = "string",
  state = "string",
  subscriptions = "number",
  substream = "number",
  success = "boolean",
  temporal = "number",
  text = "string",
  timestamp = "number",
  to_user_id = "string",
  to_username = "string",
  token = "string",
  transferred_by_user_id = "string",
  transferred_by_username = "string",
  truncated = "boolean",
  ttl_secs = "number",
  unread = "number",
  unseen = "number",
  user_id = "string",
  username = "string",
  video_muted = "boolean",
}

-- What the info column shows of a message, in this order, after what it is sent to.
local SUMMARY = { "username", "from_username", "peer_username", "state", "success", "accepted", "code", "reason", "error" }

local roomrtc = Proto("roomrtc", "RoomRTC Signaling")
local binary = Proto("roomrtc_binary", "RoomRTC Signaling over WebSocket (roomrtc.binary)")
local text = Proto("roomrtc_json", "RoomRTC Signaling over WebSocket (roomrtc.json)")

local names = {}
for code, message in pairs(MESSAGES) do names[code] = message.name end

local pf = {
  length = ProtoField.uint32("roomrtc.length", "Length", base.DEC),
  type = ProtoField.uint8("roomrtc.type", "Type", base.HEX, names),
  name = ProtoField.string("roomrtc.name", "Name"),
  sender = ProtoField.string("roomrtc.sender", "Sender"),
  payload = ProtoField.string("roomrtc.payload", "Payload"),
}
local kinds = { string = ProtoField.string, number = ProtoField.double, boolean = ProtoField.bool }
local members = {}
roomrtc.fields = { pf.length, pf.type, pf.name, pf.sender, pf.payload }
for field, kind in pairs(FIELDS) do
  members[field] = kinds[kind]("roomrtc." .. field, field)
  table.insert(roomrtc.fields, members[field])
end

local function malformed(name, about)
  return ProtoExpert.new("roomrtc." .. name, about, expert.group.MALFORMED, expert.severity.ERROR)
end
local ef = {
  length = malformed("bad_length", "The length of a frame is from 1 to " .. MAX_LENGTH),
  type = malformed("unknown_type", "No message has this type"),
  json = malformed("bad_json", "The payload is no JSON object"),
  direction = malformed("wrong_direction", "Only the other side sends this message"),
  missing = malformed("missing_field", "A field is missing"),
}
roomrtc.experts = { ef.length, ef.type, ef.json, ef.direction, ef.missing }

roomrtc.prefs.ports = Pref.range("TCP ports", "8080", "Ports of servers (server.port)", 65535)

-- JSON: each of these takes a position in the text and gives the one after what it has read, and of a value also its kind
-- and what it means; nothing where the text is no JSON.

local value

local function space(s, at) return s:find("[^ \t\r\n]", at) or #s + 1 end

local escapes = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t" }

local function string_at(s, at)
  local start = at + 1
  local parts = {}
  local from = start
  while true do
    local found = s:find('[\0-\31"\\]', from)
    if not found then return nil end
    table.insert(parts, s:sub(from, found - 1))
    local char = s:sub(found, found)
    if char == '"' then return found + 1, "string", table.concat(parts) end
    if char ~= "\\" then return nil end
    local escape = s:sub(found + 1, found + 1)
    if escape == "u" then
      local hex = s:match("^%x%x%x%x", found + 2)
      if not hex then return nil end
      local code = tonumber(hex, 16)
      table.insert(parts, code < 128 and string.char(code) or "\\u" .. hex)
      from = found + 6
    else
      if not escape:find('["\\/bfnrt]') then return nil end
      table.insert(parts, escapes[escape] or escape)
      from = found + 2
    end
  end
end

local function number_at(s, at)
  local whole = s:match("^-?%d+", at)
  if not whole or whole:find("^-?0%d") then return nil end
  local after = at + #whole
  after = after + #(s:match("^%.%d+", after) or "")
  after = after + #(s:match("^[eE][+-]?%d+", after) or "")
  return after, "number", tonumber(s:sub(at, after - 1))
end

local words = { ["true"] = true, ["false"] = false }
local function word_at(s, at)
  local word = s:match("^%l+", at)
  if word == "null" then return at + 4, "null" end
  if words[word] == nil then return nil end
  return at + #word, "boolean", words[word]
end

-- `see` is told of each member: its name, where its value begins and ends, and the value.
local function container_at(s, at, depth, close, see)
  if depth > MAX_DEPTH then return nil end
  at = space(s, at + 1)
  if s:sub(at, at) == close then return at + 1, "container" end
  while true do
    local key
    if close == "}" then
      if s:sub(at, at) ~= '"' then return nil end
      at, _, key = string_at(s, at)
      if not at then return nil end
      at = space(s, at)
      if s:sub(at, at) ~= ":" then return nil end
      at = space(s, at + 1)
    end
    local after, kind, found = value(s, at, depth + 1)
    if not after then return nil end
    if see then see(key, at, after, kind, found) end
    at = space(s, after)
    local char = s:sub(at, at)
    if char == close then return at + 1, "container" end
    if char ~= "," then return nil end
    at = space(s, at + 1)
  end
end

value = function(s, at, depth)
  local char = s:sub(at, at)
  if char == '"' then return string_at(s, at) end
  if char == "{" then return container_at(s, at, depth, "}") end
  if char == "[" then return container_at(s, at, depth, "]") end
  if char:find("%l") then return word_at(s, at) end
  return number_at(s, at)
end

-- Its members, in order, or nothing where it is no object.
local function object(s)
  local found = {}
  local start = space(s, 1)
  if s:sub(start, start) ~= "{" then return nil end
  local after = container_at(s, start, 0, "}", function(key, from, to, kind, meaning)
    table.insert(found, { key = key, from = from, to = to, kind = kind, value = meaning })
  end)
  if not after or space(s, after) <= #s then return nil end
  return found
end

local function has_all(fields, present)
  for _, field in ipairs(fields) do
    if not present[field] then return false end
  end
  return true
end

local function check(message, sender, present, item)
  if not sender then return end
  local alternatives = message[sender]
  if not alternatives then
    item:add_proto_expert_info(ef.direction)
    return
  end
  for _, fields in ipairs(alternatives) do
    if has_all(fields, present) then return end
  end
  for _, field in ipairs(alternatives[1]) do
    if not present[field] then
      item:add_proto_expert_info(ef.missing, "The field " .. field .. " is missing")
    end
  end
end

local function summary(name, present)
  local parts = { name }
  if present.to_user_id then table.insert(parts, "→ " .. tostring(present.to_user_id.value)) end
  for _, field in ipairs(SUMMARY) do
    local found = present[field]
    if found and found.value ~= nil then
      table.insert(parts, type(found.value) == "number" and string.format("%.14g", found.value) or tostring(found.value))
    end
  end
  return table.concat(parts, " ")
end

local json = Dissector.get("json")

-- Everything after the length: `whole` is the range of the frame, `payload` that of its JSON, which may be missing.
local function read(code, whole, payload, item, sender, pinfo)
  local message = MESSAGES[code]
  local name = message and message.name or string.format("type 0x%02X", code)
  item:add(pf.name, whole, name):set_generated()
  item:append_text(", " .. name)
  if not message then item:add_proto_expert_info(ef.type) end
  if sender then item:add(pf.sender, whole, sender):set_generated() end
  local found = {}
  if payload then
    item:add(pf.payload, payload)
    found = object(payload:raw())
  elseif message and not message.empty then
    found = nil
  end
  if not found then
    item:add_proto_expert_info(ef.json)
    return name .. " [bad JSON]"
  end
  local present = {}
  for _, member in ipairs(found) do
    present[member.key] = member
    local field = members[member.key]
    if field and member.kind == FIELDS[member.key] then
      item:add(field, payload(member.from - 1, member.to - member.from), member.value)
    end
  end
  if message then check(message, sender, present, item) end
  if payload then pcall(json.call, json, payload:tvb(), pinfo, item) end
  return summary(name, present)
end

local function in_range(port)
  for from, to in (roomrtc.prefs.ports .. ","):gmatch("(%d+)-?(%d*),") do
    if port >= tonumber(from) and port <= tonumber(to == "" and from or to) then return true end
  end
  return false
end

local function sender_of(pinfo)
  local to_server, from_server = in_range(pinfo.dst_port), in_range(pinfo.src_port)
  if to_server == from_server then return nil end
  return to_server and "client" or "server"
end

local function show(pinfo, infos)
  pinfo.cols.protocol = "RoomRTC"
  if #infos == 0 then return end
  -- A segment that ends one frame and has others is handed over in two parts; the first part of the column stays.
  local before = pinfo.private["roomrtc"] and ", " or ""
  pinfo.cols.info = before .. table.concat(infos, ", ")
  pinfo.private["roomrtc"] = "shown"
end

-- What others speak on this port: TLS, and HTTP, to which 8080 belongs otherwise.
local function foreign(tvb)
  if tvb:len() < 4 then return nil end
  local first = tvb(0, 4):raw()
  if first:find("^\22\3") or first:find("^[\20\21\23]\3[\0-\4]") then return Dissector.get("tls") end
  if first:find("^%u%u%u[%u /]") then return Dissector.get("http") end
  return nil
end

function roomrtc.dissector(tvb, pinfo, tree)
  local other = foreign(tvb)
  if other then return other:call(tvb, pinfo, tree) end
  local size = tvb:len()
  -- Of a packet that was cut off nothing can be put together.
  if size ~= tvb:reported_len() then return 0 end
  local sender = sender_of(pinfo)
  local infos = {}
  local offset = 0
  while offset < size do
    local left = size - offset
    local length = left >= LENGTH_BYTES and tvb(offset, LENGTH_BYTES):uint()
    if length and (length == 0 or length > MAX_LENGTH) then
      local item = tree:add(roomrtc, tvb(offset))
      item:add(pf.length, tvb(offset, LENGTH_BYTES)):add_proto_expert_info(ef.length)
      table.insert(infos, "[bad length]")
      break
    end
    if not length or left < LENGTH_BYTES + length then
      pinfo.desegment_offset = offset
      pinfo.desegment_len = length and LENGTH_BYTES + length - left or DESEGMENT_ONE_MORE_SEGMENT
      break
    end
    local whole = tvb(offset, LENGTH_BYTES + length)
    local item = tree:add(roomrtc, whole)
    item:add(pf.length, whole(0, LENGTH_BYTES))
    item:add(pf.type, whole(LENGTH_BYTES, 1))
    local payload = length > 1 and whole(HEAD_BYTES) or nil
    table.insert(infos, read(whole(LENGTH_BYTES, 1):uint(), whole, payload, item, sender, pinfo))
    offset = offset + LENGTH_BYTES + length
  end
  show(pinfo, infos)
  return size
end

-- A binary message of a WebSocket is a frame without its length.
function binary.dissector(tvb, pinfo, tree)
  if tvb:len() == 0 then return 0 end
  local whole = tvb()
  local item = tree:add(roomrtc, whole)
  item:add(pf.type, whole(0, 1))
  local payload = tvb:len() > 1 and whole(1) or nil
  show(pinfo, { read(whole(0, 1):uint(), whole, payload, item, nil, pinfo) })
  return tvb:len()
end

local codes = {}
for code, message in pairs(MESSAGES) do codes[message.name] = code end

-- A text has the name of its message in "type".
function text.dissector(tvb, pinfo, tree)
  if tvb:len() == 0 then return 0 end
  local whole = tvb()
  local item = tree:add(roomrtc, whole)
  local name
  for _, member in ipairs(object(whole:raw()) or {}) do
    if member.key == "type" then name = member.value end
  end
  local code = codes[name]
  if code then item:add(pf.type, whole, code):set_generated() end
  show(pinfo, { read(code or 0, whole, whole, item, nil, pinfo) })
  return tvb:len()
end

local sockets = DissectorTable.get("ws.protocol")
sockets:add("roomrtc.binary", binary)
sockets:add("roomrtc.json", text)

local registered
local function register()
  for _, name in ipairs({ "tcp.port", "tls.port" }) do
    local ports = DissectorTable.get(name)
    if registered then ports:remove(registered, roomrtc) end
    ports:add(roomrtc.prefs.ports, roomrtc)
  end
  registered = roomrtc.prefs.ports
end
roomrtc.prefs_changed = register
register()
