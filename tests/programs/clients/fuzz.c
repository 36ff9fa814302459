/*
 * Gives the C client what no server sends: random bytes, and messages of a server that were damaged. To be built with
 * sanitizers. `fuzz ROUNDS SEED`; the same seed does the same.
 */
#include "../../../clients/c/roomrtc.c"

static uint64_t state;

static uint32_t draw(uint32_t below) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (uint32_t)(state >> 32) % below;
}

static const char *const messages[] = {
    "{\"protocol\":1,\"capabilities\":[\"resume\",\"call_control\",7,null],\"limits\":{\"max_outbox_frames\":1000}}",
    "{\"success\":true,\"user_id\":\"u\",\"username\":\"al\\u00efce\",\"session_token\":\"t\",\"resume_window_ms\":6}",
    "{\"success\":false,\"error\":\"no\",\"reason\":\"invalid_credentials\"}",
    "{\"user_id\":\"u\",\"session_token\":\"t2\",\"replayed\":1,\"received\":0,\"call\":{\"call_id\":\"c\","
    "\"peer_state\":\"connected\",\"own\":{\"on_hold\":false}}}",
    "{\"reason\":\"expired\"}",
    "{\"users\":[{\"user_id\":\"b\",\"username\":\"bob\",\"state\":\"Busy\"},{},[]],\"next_cursor\":\"x\"}",
    "{\"call_id\":\"c\",\"from_user_id\":\"b\",\"from_username\":\"bob\",\"sdp\":\"v=0\\r\\n\",\"metadata\":{\"a\":[1]},\"seq\":1}",
    "{\"call_id\":\"c\",\"peer_user_id\":\"b\",\"peer_username\":\"bob\",\"role\":\"caller\",\"sdp\":\"\\ud83d\\ude00\\ud800\"}",
    "{\"call_id\":\"c\",\"peer_user_id\":\"b\",\"peer_username\":\"bob\",\"expires_in_ms\":30000,\"seq\":3}",
    "{\"call_id\":\"c\",\"expires_in_ms\":2,\"alerting\":true}",
    "{\"call_id\":\"c\",\"from_user_id\":\"b\",\"to_user_id\":\"d\",\"to_username\":\"dave\",\"new_call_id\":\"d\",\"state\":\"ringing\"}",
    "{\"call_id\":\"d\",\"peer_user_id\":\"d\",\"peer_username\":\"dave\",\"role\":\"caller\",\"replaces\":\"c\"}",
    "{\"call_id\":\"c\",\"reason\":\"transferred\",\"duration_ms\":123}",
    "{\"call_id\":\"c\",\"from_user_id\":\"b\",\"candidate\":\"\\u0000\",\"sdp_mid\":\"0\",\"sdp_mline_index\":4294967295}",
    "{\"call_id\":\"c\",\"from_user_id\":\"b\",\"on_hold\":true,\"state\":\"connected\"}",
    "{\"call_id\":\"c\",\"reason\":\"hangup\",\"duration_ms\":123}",
    "{\"code\":429,\"message\":\"slow\",\"reason\":\"rate_limited\",\"in_reply_to\":15,\"retry_after_ms\":1,\"request_id\":\"2\"}",
    "{\"ice_servers\":[{\"urls\":[\"stun:x\"]}],\"ttl_secs\":3600}",
    "{\"reason\":\"draining\",\"reconnect_after_ms\":2000}",
    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    "{\"timestamp\":1.5e3}",
};

static const int types[] = {WELCOME,       LOGIN_RESPONSE, REGISTER_RESPONSE, RESUMED,       RESUME_REFUSED, USER_LIST_RESPONSE,
                            CALL_ACCEPTED, RINGING,        CALL_NOTIFICATION, CALL_DECLINED, SDP_OFFER,      ICE_CANDIDATE,
                            CALL_UPDATE,   PEER_STATE,     HANGUP,            ERROR,         ICE_SERVERS,    GOAWAY,
                            HEARTBEAT,     SDP_ANSWER,     LOGOUT_RESPONSE,   0x7F,          USER_STATE_UPDATE,
                            CALL_TRANSFER};

static unsigned long events;

/* Touches all that the event has, and does what a program may do. */
static void on_event(roomrtc *client, const roomrtc_event *event, void *context) {
  const char *const strings[] = {event->call_id, event->user_id, event->username,  event->state,   event->reason,
                                 event->message, event->sdp,     event->candidate, event->sdp_mid, event->json,
                                 event->by_user_id, event->by_username, event->replaces};
  (void)context;
  for (size_t i = 0; i < sizeof strings / sizeof *strings; i += 1) {
    if (strings[i] != NULL) events += strlen(strings[i]) % 2;
  }
  events += 1;
  switch (draw(8)) {
    case 0: (void)roomrtc_accept(client, "v=0"); break;
    case 1: (void)roomrtc_call(client, "b", "v=0", "{\"a\":1}"); break;
    case 2: (void)roomrtc_candidate(client, "candidate", "0", 0); break;
    case 3: (void)roomrtc_hangup(client); break;
    case 4: (void)roomrtc_find(client, "bob"); break;
    case 5: (void)roomrtc_offer(client, "v=0\r\n"); break;
    default: break;
  }
}

static size_t make_frame(unsigned char *frame) {
  const char *json = messages[draw(sizeof messages / sizeof *messages)];
  size_t length = strlen(json);
  unsigned char *body = frame + LENGTH_BYTES + 1;
  memcpy(body, json, length);
  uint32_t changes = draw(8) == 0 ? draw(4) : 0;
  for (uint32_t i = 0; i < changes; i += 1) {
    size_t at = draw((uint32_t)length);
    static const char signs[] = "{}[]\",:\\u0eE+-.tfn ";
    if (draw(3) == 0) body[at] = (unsigned char)draw(256);
    else if (draw(2) == 0) body[at] = (unsigned char)signs[draw(sizeof signs - 1)];
    else length = at + 1;
  }
  if (draw(500) == 0) length = draw((uint32_t)length + 1);
  uint32_t size = draw(1000) == 0 ? draw(UINT32_MAX) : (uint32_t)length + 1;
  frame[0] = (unsigned char)(size >> 24);
  frame[1] = (unsigned char)(size >> 16);
  frame[2] = (unsigned char)(size >> 8);
  frame[3] = (unsigned char)size;
  frame[4] = (unsigned char)types[draw(sizeof types / sizeof *types)];
  return LENGTH_BYTES + 1 + length;
}

static roomrtc *make_client(int *other_end) {
  roomrtc_options options = {0};
  int ends[2];
  options.host = "127.0.0.1";
  options.port = 9;
  options.username = "alice";
  options.password = "secret";
  options.on_event = on_event;
  roomrtc *client = roomrtc_new(&options);
  if (client == NULL || socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) abort();
  client->fd = ends[0];
  *other_end = ends[1];
  client->heartbeat_after = 60;
  client->phase = draw(4) == 0 ? (phase)(GREETING + (int)draw(4)) : UP;
  client->was_up = client->phase == UP;
  client->has_session = client->phase == UP || draw(2) == 0;
  return client;
}

/* The bytes, in a copy of just their size, so that a read beyond their end is seen. */
static void read_json(const unsigned char *bytes, size_t length) {
  char *copy = malloc(length == 0 ? 1 : length);
  if (copy == NULL) abort();
  if (length > 0) memcpy(copy, bytes, length);
  span s = {copy, copy + length};
  span value;
  char id[8];
  const char *at = NULL;
  if (json_is_object(s)) {
    if (json_member(s, "users", &value)) {
      span item;
      while (json_next(value, &at, &item)) free(json_decode(item));
    }
    (void)json_copy(s, "call_id", id, sizeof id);
    (void)json_integer(s, "seq", -1);
    free(json_string(s, "sdp"));
  }
  free(copy);
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  unsigned long rounds = strtoul(argv[1], NULL, 10);
  state = strtoull(argv[2], NULL, 10) * 2654435761u + 88172645463325252u;
  unsigned long clients = 0;
  int other_end = -1;
  roomrtc *client = NULL;
  static unsigned char bytes[2048];
  for (unsigned long i = 0; i < rounds; i += 1) {
    if (client == NULL || client->fd < 0 || draw(100) == 0) {
      roomrtc_free(client);
      if (other_end >= 0) close(other_end);
      client = make_client(&other_end);
      clients += 1;
    }
    size_t length = make_frame(bytes);
    if (draw(300) == 0) {
      length = draw(64);
      for (size_t k = 0; k < length; k += 1) bytes[k] = (unsigned char)draw(256);
    }
    read_json(bytes, length);
    if (length > LENGTH_BYTES + 1) read_json(bytes + LENGTH_BYTES + 1, length - LENGTH_BYTES - 1);
    size_t split = length == 0 ? 0 : draw((uint32_t)length);
    text_add(&client->incoming, bytes, split);
    take_frames(client);
    if (client->fd < 0) continue;
    text_add(&client->incoming, bytes + split, length - split);
    take_frames(client);
    if (client->outgoing.length > 65536) text_drop(&client->outgoing, client->outgoing.length);
  }
  roomrtc_free(client);
  if (other_end >= 0) close(other_end);
  printf("rounds %lu clients %lu events %lu\n", rounds, clients, events);
  return 0;
}
