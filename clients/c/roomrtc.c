#define _POSIX_C_SOURCE 200809L

#include "roomrtc.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
  LENGTH_BYTES = 4,
  MAX_FRAME = 1048576,
  /* An id has at most 128 characters, a name at most 32 code points (accounts taken over may have more). */
  ID_SIZE = 129,
  NAME_SIZE = 513,
  TOKEN_SIZE = 129,
  REASON_SIZE = 65,
  JSON_DEPTH = 32,
  MAX_KEPT = 1000,
  MAX_KEPT_BYTES = 8 * MAX_FRAME,
  MAX_UNSENT_BYTES = 4 * MAX_FRAME,
  MAX_REPEATS = 6,
  READ_BYTES = 16384,
  /* So that the program's event loop gets its turn. */
  READS_A_TURN = 16,
  DEFAULT_DEADLINE_MS = 10000,
  DEFAULT_RECONNECT_MS = 300000,
  LAST_WORD_MS = 2000,
  FIRST_RETRY_MS = 250,
  LAST_RETRY_MS = 15000,
  HEARTBEAT_MS = 30000,
  /* After messages of calls that fill this part of the server's outbox, a heartbeat lets both ends forget them. */
  PART_OF_OUTBOX = 16
};

enum {
  LOGIN_REQUEST = 0x01,
  LOGIN_RESPONSE = 0x02,
  REGISTER_REQUEST = 0x03,
  REGISTER_RESPONSE = 0x04,
  USER_LIST_REQUEST = 0x05,
  USER_LIST_RESPONSE = 0x06,
  USER_STATE_UPDATE = 0x07,
  CALL_REQUEST = 0x08,
  CALL_NOTIFICATION = 0x09,
  CALL_RESPONSE = 0x0A,
  CALL_ACCEPTED = 0x0B,
  CALL_DECLINED = 0x0C,
  SDP_OFFER = 0x0D,
  SDP_ANSWER = 0x0E,
  ICE_CANDIDATE = 0x0F,
  HANGUP = 0x10,
  HEARTBEAT = 0x11,
  ERROR = 0x12,
  LOGOUT_REQUEST = 0x13,
  LOGOUT_RESPONSE = 0x14,
  HELLO = 0x20,
  WELCOME = 0x21,
  RESUME = 0x22,
  RESUMED = 0x23,
  RESUME_REFUSED = 0x24,
  PEER_STATE = 0x25,
  RINGING = 0x26,
  CALL_UPDATE = 0x27,
  CALL_ALERTING = 0x48,
  CALL_TRANSFER = 0x49,
  ICE_SERVERS = 0x29,
  GOAWAY = 0x2A
};

/* ---- Text: what is written, growing ---- */

typedef struct {
  char *bytes;
  size_t length;
  size_t size;
  int failed;
} text;

static void text_free(text *t) {
  free(t->bytes);
  memset(t, 0, sizeof *t);
}

static void text_add(text *t, const void *bytes, size_t length) {
  if (t->failed || length == 0) return;
  if (length > t->size - t->length) {
    size_t size = t->size == 0 ? 256 : t->size;
    while (size - t->length < length) {
      if (size > SIZE_MAX / 2) {
        t->failed = 1;
        return;
      }
      size *= 2;
    }
    char *grown = realloc(t->bytes, size);
    if (grown == NULL) {
      t->failed = 1;
      return;
    }
    t->bytes = grown;
    t->size = size;
  }
  memcpy(t->bytes + t->length, bytes, length);
  t->length += length;
}

static void text_put(text *t, const char *string) { text_add(t, string, strlen(string)); }

/* The first bytes are done with. */
static void text_drop(text *t, size_t length) {
  t->length -= length;
  if (t->length > 0) memmove(t->bytes, t->bytes + length, t->length);
}

static void text_number(text *t, int64_t number) {
  char digits[24];
  (void)snprintf(digits, sizeof digits, "%lld", (long long)number);
  text_put(t, digits);
}

/* As a JSON string. */
static void text_quote(text *t, const char *string) {
  text_put(t, "\"");
  for (const char *p = string; *p != '\0'; p += 1) {
    unsigned char sign = (unsigned char)*p;
    char escape[8];
    if (sign == '"' || sign == '\\') {
      escape[0] = '\\';
      escape[1] = *p;
      text_add(t, escape, 2);
    } else if (sign == '\n') {
      text_put(t, "\\n");
    } else if (sign == '\r') {
      text_put(t, "\\r");
    } else if (sign < 0x20) {
      (void)snprintf(escape, sizeof escape, "\\u%04x", sign);
      text_put(t, escape);
    } else {
      size_t run = 1;
      while ((unsigned char)p[run] >= 0x20 && p[run] != '"' && p[run] != '\\') run += 1;
      text_add(t, p, run);
      p += run - 1;
    }
  }
  text_put(t, "\"");
}

/* `,"key":` */
static void text_key(text *t, const char *key) {
  text_put(t, t->length > 0 && t->bytes[t->length - 1] == '{' ? "\"" : ",\"");
  text_put(t, key);
  text_put(t, "\":");
}

static void text_field(text *t, const char *key, const char *value) {
  text_key(t, key);
  text_quote(t, value);
}

static void text_field_number(text *t, const char *key, int64_t value) {
  text_key(t, key);
  text_number(t, value);
}

static void text_field_bool(text *t, const char *key, int value) {
  text_key(t, key);
  text_put(t, value ? "true" : "false");
}

/* Whether the server would take it as UTF-8: no lone surrogates, nothing overlong. */
static int is_utf8(const char *string) {
  const unsigned char *p = (const unsigned char *)string;
  while (*p != 0) {
    int more = *p < 0x80 ? 0 : *p >= 0xC2 && *p <= 0xDF ? 1 : (*p & 0xF0) == 0xE0 ? 2 : *p >= 0xF0 && *p <= 0xF4 ? 3 : -1;
    if (more < 0) return 0;
    for (int i = 1; i <= more; i += 1) {
      if ((p[i] & 0xC0) != 0x80) return 0;
    }
    if ((*p == 0xE0 && p[1] < 0xA0) || (*p == 0xED && p[1] > 0x9F)) return 0;
    if ((*p == 0xF0 && p[1] < 0x90) || (*p == 0xF4 && p[1] > 0x8F)) return 0;
    p += more + 1;
  }
  return 1;
}

/* ---- JSON: a reader without recursion. A whole text is checked first; then values are spans in it. ---- */

typedef struct {
  const char *p;
  const char *end;
} span;

static const char *skip_space(const char *p, const char *end) {
  while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r')) p += 1;
  return p;
}

static int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

static const char *skip_string(const char *p, const char *end) {
  if (p >= end || *p != '"') return NULL;
  for (p += 1; p < end; p += 1) {
    if (*p == '"') return p + 1;
    if ((unsigned char)*p < 0x20) return NULL;
    if (*p != '\\') continue;
    p += 1;
    if (p >= end) return NULL;
    if (*p == 'u') {
      if (end - p < 5) return NULL;
      for (int i = 1; i <= 4; i += 1) {
        if (hex_value(p[i]) < 0) return NULL;
      }
      p += 4;
    } else if (*p == '\0' || strchr("\"\\/bfnrt", *p) == NULL) {
      return NULL;
    }
  }
  return NULL;
}

static const char *skip_digits(const char *p, const char *end) {
  const char *start = p;
  while (p < end && *p >= '0' && *p <= '9') p += 1;
  return p == start ? NULL : p;
}

static const char *skip_number(const char *p, const char *end) {
  if (p < end && *p == '-') p += 1;
  if (p < end && *p == '0') {
    p += 1;
  } else if ((p = skip_digits(p, end)) == NULL) {
    return NULL;
  }
  if (p < end && *p == '.' && (p = skip_digits(p + 1, end)) == NULL) return NULL;
  if (p < end && (*p == 'e' || *p == 'E')) {
    p += 1;
    if (p < end && (*p == '+' || *p == '-')) p += 1;
    p = skip_digits(p, end);
  }
  return p;
}

static const char *skip_word(const char *p, const char *end, const char *word) {
  size_t length = strlen(word);
  return (size_t)(end - p) >= length && memcmp(p, word, length) == 0 ? p + length : NULL;
}

static const char *skip_scalar(const char *p, const char *end) {
  if (p >= end) return NULL;
  if (*p == '"') return skip_string(p, end);
  if (*p == 't') return skip_word(p, end, "true");
  if (*p == 'f') return skip_word(p, end, "false");
  if (*p == 'n') return skip_word(p, end, "null");
  return skip_number(p, end);
}

/* `"key" :` with the space around it. */
static const char *skip_key(const char *p, const char *end) {
  p = skip_string(skip_space(p, end), end);
  if (p == NULL) return NULL;
  p = skip_space(p, end);
  return p < end && *p == ':' ? p + 1 : NULL;
}

/* Past one value; NULL if there is none, or if it is nested deeper than JSON_DEPTH. */
static const char *skip_value(const char *p, const char *end) {
  char closing[JSON_DEPTH];
  int depth = 0;
  for (;;) {
    p = skip_space(p, end);
    if (p >= end) return NULL;
    int over = 1;
    if (*p == '{' || *p == '[') {
      if (depth == JSON_DEPTH) return NULL;
      closing[depth] = *p == '{' ? '}' : ']';
      depth += 1;
      p = skip_space(p + 1, end);
      if (p >= end) return NULL;
      if (*p == closing[depth - 1]) {
        p += 1;
        depth -= 1;
      } else {
        over = 0;
        if (closing[depth - 1] == '}' && (p = skip_key(p, end)) == NULL) return NULL;
      }
    } else if ((p = skip_scalar(p, end)) == NULL) {
      return NULL;
    }
    while (over) {
      if (depth == 0) return p;
      p = skip_space(p, end);
      if (p >= end) return NULL;
      if (*p == closing[depth - 1]) {
        depth -= 1;
        p += 1;
      } else if (*p == ',') {
        over = 0;
        p += 1;
        if (closing[depth - 1] == '}' && (p = skip_key(p, end)) == NULL) return NULL;
      } else {
        return NULL;
      }
    }
  }
}

/* Whether it is one JSON object and nothing else. All further functions take spans of such a text. */
static int json_is_object(span s) {
  const char *p = skip_space(s.p, s.end);
  if (p >= s.end || *p != '{') return 0;
  p = skip_value(p, s.end);
  return p != NULL && skip_space(p, s.end) == s.end;
}

/* The value under the key, which has no escapes; the last one if it is there twice. */
static int json_member(span object, const char *key, span *value) {
  size_t length = strlen(key);
  int found = 0;
  const char *p = skip_space(object.p, object.end);
  if (p >= object.end || *p != '{') return 0;
  p = skip_space(p + 1, object.end);
  while (p < object.end && *p == '"') {
    const char *name = p + 1;
    const char *after = skip_string(p, object.end);
    p = skip_key(p, object.end);
    if (p == NULL || after == NULL) return found;
    p = skip_space(p, object.end);
    const char *end = skip_value(p, object.end);
    if (end == NULL) return found;
    if ((size_t)(after - 1 - name) == length && memcmp(name, key, length) == 0) {
      value->p = p;
      value->end = end;
      found = 1;
    }
    p = skip_space(end, object.end);
    if (p < object.end && *p == ',') p = skip_space(p + 1, object.end);
  }
  return found;
}

/* Begins at the bracket of an array, and then gives one item after another. */
static int json_next(span array, const char **at, span *item) {
  const char *p = *at;
  if (p == NULL) {
    p = skip_space(array.p, array.end);
    if (p >= array.end || *p != '[') return 0;
    p += 1;
  }
  p = skip_space(p, array.end);
  if (p < array.end && *p == ',') p = skip_space(p + 1, array.end);
  if (p >= array.end || *p == ']') return 0;
  item->p = p;
  item->end = skip_value(p, array.end);
  *at = item->end;
  return item->end != NULL;
}

static int json_is_null(span value) { return value.p < value.end && *value.p == 'n'; }

static int json_bool(span object, const char *key, int otherwise) {
  span value;
  if (!json_member(object, key, &value)) return otherwise;
  return *value.p == 't' ? 1 : *value.p == 'f' ? 0 : otherwise;
}

/* An integer of at most 18 digits, or `otherwise`. */
static int64_t json_integer(span object, const char *key, int64_t otherwise) {
  span value;
  if (!json_member(object, key, &value)) return otherwise;
  const char *p = value.p;
  int negative = *p == '-';
  if (negative) p += 1;
  if (p >= value.end || value.end - p > 18) return otherwise;
  int64_t number = 0;
  for (; p < value.end; p += 1) {
    if (*p < '0' || *p > '9') return otherwise;
    number = number * 10 + (*p - '0');
  }
  return negative ? -number : number;
}

static unsigned hex4(const char *p) {
  return (unsigned)(hex_value(p[0]) << 12 | hex_value(p[1]) << 8 | hex_value(p[2]) << 4 | hex_value(p[3]));
}

static size_t put_utf8(char *out, unsigned long point) {
  if (point < 0x80) {
    out[0] = (char)point;
    return 1;
  }
  if (point < 0x800) {
    out[0] = (char)(0xC0 | point >> 6);
    out[1] = (char)(0x80 | (point & 0x3F));
    return 2;
  }
  if (point < 0x10000) {
    out[0] = (char)(0xE0 | point >> 12);
    out[1] = (char)(0x80 | (point >> 6 & 0x3F));
    out[2] = (char)(0x80 | (point & 0x3F));
    return 3;
  }
  out[0] = (char)(0xF0 | point >> 18);
  out[1] = (char)(0x80 | (point >> 12 & 0x3F));
  out[2] = (char)(0x80 | (point >> 6 & 0x3F));
  out[3] = (char)(0x80 | (point & 0x3F));
  return 4;
}

/*
 * What the string says, to be freed; NULL if it is no string, or for want of memory. What a C string or UTF-8 cannot
 * hold, which another client may have sent, becomes U+FFFD.
 */
static char *json_decode(span value) {
  if (value.p >= value.end || *value.p != '"') return NULL;
  /* An escape is never shorter than what it says: \u0000, six bytes, says three. */
  char *decoded = malloc((size_t)(value.end - value.p));
  if (decoded == NULL) return NULL;
  char *out = decoded;
  const char *end = value.end - 1;
  for (const char *p = value.p + 1; p < end;) {
    if (*p != '\\') {
      *out++ = *p++;
      continue;
    }
    p += 1;
    if (*p != 'u') {
      static const char escapes[] = "b\bf\fn\nr\rt\t";
      const char *meant = strchr(escapes, *p);
      *out++ = meant == NULL ? *p : meant[1];
      p += 1;
      continue;
    }
    unsigned long point = hex4(p + 1);
    p += 5;
    int has_low = point >= 0xD800 && point <= 0xDBFF && end - p >= 6 && p[0] == '\\' && p[1] == 'u';
    unsigned low = has_low ? hex4(p + 2) : 0;
    if (low >= 0xDC00 && low <= 0xDFFF) {
      point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
      p += 6;
    }
    if (point == 0 || (point >= 0xD800 && point <= 0xDFFF)) point = 0xFFFD;
    out += put_utf8(out, point);
  }
  *out = '\0';
  return decoded;
}

/* The string under the key, to be freed. */
static char *json_string(span object, const char *key) {
  span value;
  return json_member(object, key, &value) ? json_decode(value) : NULL;
}

/* Into a field of that size; 0, and an empty string, if it is missing or too long. */
static int json_copy(span object, const char *key, char *into, size_t size) {
  char *decoded = json_string(object, key);
  size_t length = decoded == NULL ? size : strlen(decoded);
  int fits = length < size;
  if (fits) memcpy(into, decoded, length + 1);
  else into[0] = '\0';
  free(decoded);
  return fits;
}

/* ---- The client ---- */

typedef enum { WAITING, CONNECTING, SHAKING, GREETING, MAKING, RESUMING, ENTERING, UP, OVER } phase;

typedef enum { NO_CALL, RINGING_OUT, RINGING_IN, ACTIVE } call_phase;

typedef struct {
  call_phase phase;
  char id[ID_SIZE];
  char peer[ID_SIZE];
  char peer_name[NAME_SIZE];
  /* Said by CALL_ACCEPTED: then a refused CALL_RESPONSE has no meaning any more (CALL-15). */
  int confirmed;
  int peer_connected;
  int on_hold, audio_muted, video_muted;
  /* Of the call that rings at a third user, or empty. */
  char transfer[ID_SIZE];
} call;

/* CALL_REQUEST, of which nothing was heard yet. */
typedef struct {
  uint64_t request_id;
  int cancelled;
  char peer[ID_SIZE];
} request;

/* A message of a call, as long as it may have to be sent again (RESUME-4). `json` lacks its request_id and its end. */
typedef struct {
  int type;
  char *json;
  size_t length;
  uint64_t request_id;
  int repeats;
  /* When it is to be sent as a new message, in `repeats` only. */
  int64_t due;
} message;

typedef struct {
  message *items;
  size_t count;
  size_t size;
  size_t bytes;
} message_list;

typedef struct {
  char *candidate;
  char *sdp_mid;
  uint32_t sdp_mline_index;
} candidate;

struct roomrtc {
  roomrtc_callback on_event;
  void *context;
  char *host;
  char *login_json;
  char *register_json;
  char *client_name;
  struct addrinfo *addresses;
  struct addrinfo *address;
  SSL_CTX *tls;
  int deadline_ms;
  int reconnect_for_ms;

  phase phase;
  int fd;
  SSL *ssl;
  BIO *from_network;
  BIO *to_network;
  text incoming;
  text outgoing;
  size_t sent;
  /* For the step that is under way, or of the next try. */
  int64_t deadline;
  uint64_t step_id;
  /* The last thing that an ERROR without in_reply_to said. */
  char last_word[REASON_SIZE];
  int64_t retry_after;

  /* A fault met while something was sent: roomrtc_process carries it out, for only it may tell of it. */
  const char *broken;
  int is_out_of_memory;
  int was_up;
  int closing;
  int64_t give_up;
  int64_t pause;
  int64_t away_ms;
  int can_resume;
  int can_call_control;
  int64_t heartbeat_ms;
  int heartbeat_after;
  int since_heartbeat;
  int64_t next_heartbeat;
  int64_t heartbeat_deadline;
  uint64_t heartbeat_id;
  uint64_t heartbeat_position;

  char user_id[ID_SIZE];
  int has_session;
  char token[TOKEN_SIZE];
  int64_t handled;
  message_list kept;
  /* How many messages of calls are known to have arrived. */
  uint64_t first_kept;
  message_list repeats;
  char why_lost_session[REASON_SIZE];

  uint64_t requests;
  call call;
  /* The id of the last call that has ended by a transfer. */
  char transferred[ID_SIZE];
  request request;
  candidate *waiting;
  size_t waiting_count;
  int reconcile;
  char resumed_call[ID_SIZE];
  int resumed_peer_connected;
  char *finding;
  uint64_t finding_id;
  uint64_t listing_id;
};

static int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Between the two, both included. */
static int64_t random_between(int64_t low, int64_t high) {
  uint32_t drawn = 0;
  (void)RAND_bytes((unsigned char *)&drawn, sizeof drawn);
  return low >= high ? low : low + (int64_t)(drawn % (uint64_t)(high - low + 1));
}

static char *copy_string(const char *string) {
  size_t length = strlen(string) + 1;
  char *copy = malloc(length);
  if (copy != NULL) memcpy(copy, string, length);
  return copy;
}

static void set_string(char *into, size_t size, const char *from) {
  size_t length = strlen(from);
  if (length >= size) length = size - 1;
  memcpy(into, from, length);
  into[length] = '\0';
}

static roomrtc_event event_of(roomrtc_event_type type) {
  roomrtc_event event;
  memset(&event, 0, sizeof event);
  event.type = type;
  event.duration_ms = event.retry_after_ms = event.ttl_secs = -1;
  return event;
}

static void tell(roomrtc *c, const roomrtc_event *event) {
  if (c->on_event != NULL && c->phase != OVER) c->on_event(c, event, c->context);
}

static roomrtc_event event_of_call(const roomrtc *c, roomrtc_event_type type) {
  roomrtc_event event = event_of(type);
  event.call_id = c->call.id;
  event.user_id = c->call.peer;
  event.username = c->call.peer_name;
  return event;
}

static void free_message(message *m) {
  free(m->json);
  m->json = NULL;
}

static int list_add(message_list *list, message m) {
  if (list->count >= MAX_KEPT || list->bytes + m.length > MAX_KEPT_BYTES) return ROOMRTC_E_FULL;
  if (list->count == list->size) {
    size_t size = list->size == 0 ? 16 : list->size * 2;
    message *grown = realloc(list->items, size * sizeof *grown);
    if (grown == NULL) return ROOMRTC_E_MEMORY;
    list->items = grown;
    list->size = size;
  }
  list->items[list->count] = m;
  list->count += 1;
  list->bytes += m.length;
  return ROOMRTC_OK;
}

/* The first of them are done with. */
static void list_drop(message_list *list, size_t count) {
  for (size_t i = 0; i < count; i += 1) {
    list->bytes -= list->items[i].length;
    free_message(&list->items[i]);
  }
  list->count -= count;
  if (list->count > 0) memmove(list->items, list->items + count, list->count * sizeof *list->items);
}

static void list_free(message_list *list) {
  list_drop(list, list->count);
  free(list->items);
  memset(list, 0, sizeof *list);
}

static void forget_arrived(roomrtc *c, uint64_t position) {
  uint64_t arrived = position > c->first_kept ? position - c->first_kept : 0;
  if (arrived > c->kept.count) arrived = c->kept.count;
  list_drop(&c->kept, (size_t)arrived);
  c->first_kept += arrived;
}

static message *find_kept(roomrtc *c, uint64_t request_id) {
  for (size_t i = 0; i < c->kept.count; i += 1) {
    if (c->kept.items[i].request_id == request_id) return &c->kept.items[i];
  }
  return NULL;
}

static void drop_waiting(roomrtc *c) {
  for (size_t i = 0; i < c->waiting_count; i += 1) {
    free(c->waiting[i].candidate);
    free(c->waiting[i].sdp_mid);
  }
  free(c->waiting);
  c->waiting = NULL;
  c->waiting_count = 0;
}

static void forget_call(roomrtc *c) {
  memset(&c->call, 0, sizeof c->call);
  list_drop(&c->repeats, c->repeats.count);
  drop_waiting(c);
}

/* ---- The connection ---- */

static void drop_connection(roomrtc *c) {
  if (c->ssl != NULL) SSL_free(c->ssl);
  c->ssl = NULL;
  c->from_network = c->to_network = NULL;
  if (c->fd >= 0) close(c->fd);
  c->fd = -1;
  text_free(&c->incoming);
  text_free(&c->outgoing);
  c->sent = 0;
  c->heartbeat_deadline = 0;
  c->broken = NULL;
}

static void end_client(roomrtc *c, const char *reason, const char *why) {
  if (c->phase == OVER) return;
  drop_connection(c);
  char kept_reason[REASON_SIZE];
  set_string(kept_reason, sizeof kept_reason, reason);
  if ((c->call.phase != NO_CALL || (c->request.request_id != 0 && !c->request.cancelled)) && !c->closing) {
    roomrtc_event ended = event_of_call(c, ROOMRTC_ENDED);
    ended.reason = "session_lost";
    tell(c, &ended);
  }
  forget_call(c);
  c->request.request_id = 0;
  c->has_session = 0;
  roomrtc_event closed = event_of(ROOMRTC_CLOSED);
  closed.reason = kept_reason;
  closed.message = why;
  tell(c, &closed);
  c->phase = OVER;
}

/* After these words the session is another's or nobody's: who reconnects without asking the person fights with them. */
static int is_final(const char *reason) {
  static const char *const words[] = {"session_replaced", "session_resumed", "session_ended_by_administrator",
                                      "account_changed", "logged_out_elsewhere"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i += 1) {
    if (strcmp(words[i], reason) == 0) return 1;
  }
  return 0;
}

/* What is refused for this may be granted a little later. */
static int is_passing(const char *reason) {
  static const char *const words[] = {"overloaded",     "storage_unavailable",  "too_many_attempts",
                                      "rate_limited",   "session_exists",       "server_full",
                                      "crowded_out",    "too_many_connections", "address_banned",
                                      "flooding",       "internal",             "shutting_down"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i += 1) {
    if (strcmp(words[i], reason) == 0) return 1;
  }
  return 0;
}

/* The connection has ended. Where there is somebody to be, a new one will be made. */
static void lose(roomrtc *c, const char *why) {
  if (c->phase == OVER || c->phase == WAITING) return;
  int64_t now = now_ms();
  int was_up = c->phase == UP;
  char reason[256];
  set_string(reason, sizeof reason, c->last_word[0] != '\0' ? c->last_word : why);
  drop_connection(c);
  if (c->closing) {
    end_client(c, "closed", "this client was closed");
    return;
  }
  if (is_final(reason)) {
    end_client(c, reason, "the server has ended the session");
    return;
  }
  if (!c->was_up && !is_passing(reason)) {
    end_client(c, c->last_word[0] != '\0' ? reason : "unreachable", reason);
    return;
  }
  c->phase = WAITING;
  int64_t wait = c->retry_after > 0 ? c->retry_after : 0;
  if (was_up) {
    c->give_up = now + c->reconnect_for_ms;
    c->pause = FIRST_RETRY_MS;
    if (c->away_ms > 0) {
      int64_t away = random_between(c->away_ms, c->away_ms + c->away_ms / 2);
      if (away > wait) wait = away;
    }
  } else {
    /* Not all at once, and half of the pause at least. */
    int64_t drawn = random_between(c->pause / 2, c->pause);
    if (drawn > wait) wait = drawn;
    c->pause = c->pause * 2 > LAST_RETRY_MS ? LAST_RETRY_MS : c->pause * 2;
  }
  c->away_ms = 0;
  c->deadline = now + wait;
  if (was_up) {
    roomrtc_event lost = event_of(ROOMRTC_LOST);
    lost.reason = reason;
    tell(c, &lost);
  }
}

static void fail(roomrtc *c, const char *reason, const char *why) {
  drop_connection(c);
  end_client(c, reason, why);
}

/* The connection is of no use any more. */
static void break_off(roomrtc *c, const char *why) {
  if (c->broken == NULL) c->broken = why;
}

static void want_memory(roomrtc *c) {
  c->is_out_of_memory = 1;
  break_off(c, "there is no memory for a message");
}

static void carry_out_break(roomrtc *c) {
  if (c->broken == NULL || c->phase == OVER) return;
  const char *why = c->broken;
  c->broken = NULL;
  if (c->is_out_of_memory) fail(c, "out_of_memory", why);
  else lose(c, why);
}

static int flush_tls(roomrtc *c) {
  char bytes[READ_BYTES];
  int got;
  while ((got = BIO_read(c->to_network, bytes, sizeof bytes)) > 0) text_add(&c->outgoing, bytes, (size_t)got);
  return !c->outgoing.failed;
}

static void flush_socket(roomrtc *c) {
  while (c->fd >= 0 && c->phase != CONNECTING && c->sent < c->outgoing.length) {
    ssize_t wrote = send(c->fd, c->outgoing.bytes + c->sent, c->outgoing.length - c->sent, MSG_NOSIGNAL);
    if (wrote < 0) {
      if (errno == EINTR) continue;
      /* What the server said last may still be there to be read. */
      if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EPIPE && errno != ECONNRESET) lose(c, strerror(errno));
      return;
    }
    c->sent += (size_t)wrote;
  }
  if (c->fd >= 0 && c->sent > 0) {
    text_drop(&c->outgoing, c->sent);
    c->sent = 0;
  }
}

/* Onto the wire, if there is one. */
static void write_bytes(roomrtc *c, const char *bytes, size_t length) {
  if (c->fd < 0 || c->broken != NULL) return;
  if (c->ssl == NULL) {
    text_add(&c->outgoing, bytes, length);
  } else if (SSL_write(c->ssl, bytes, (int)length) <= 0 || !flush_tls(c)) {
    break_off(c, "TLS has failed");
  }
  if (c->outgoing.failed) want_memory(c);
  else if (c->outgoing.length > MAX_UNSENT_BYTES) break_off(c, "the server does not read");
}

/* `json` lacks its end; the request_id is added. */
static void write_frame(roomrtc *c, int type, const char *json, size_t length, uint64_t request_id) {
  char tail[48];
  int tail_length = snprintf(tail, sizeof tail, "%s\"request_id\":\"%llu\"}", length > 1 ? "," : "",
                             (unsigned long long)request_id);
  uint32_t size = (uint32_t)(1 + length + (size_t)tail_length);
  unsigned char head[LENGTH_BYTES + 1] = {(unsigned char)(size >> 24), (unsigned char)(size >> 16),
                                          (unsigned char)(size >> 8), (unsigned char)size, (unsigned char)type};
  text frame = {0};
  text_add(&frame, head, sizeof head);
  text_add(&frame, json, length);
  text_add(&frame, tail, (size_t)tail_length);
  if (frame.failed) want_memory(c);
  else write_bytes(c, frame.bytes, frame.length);
  text_free(&frame);
}

static uint64_t next_id(roomrtc *c) {
  c->requests += 1;
  return c->requests;
}

/* What is no message of a call: lost with its connection. Takes the text. */
static uint64_t ask(roomrtc *c, int type, text *json) {
  uint64_t id = next_id(c);
  if (json->failed) want_memory(c);
  else write_frame(c, type, json->bytes, json->length, id);
  text_free(json);
  return id;
}

static text object(void) {
  text json = {0};
  text_put(&json, "{");
  return json;
}

static void step(roomrtc *c, phase next, int type, text *json) {
  c->phase = next;
  c->deadline = now_ms() + c->deadline_ms;
  uint64_t id = ask(c, type, json);
  c->step_id = id;
}

static void say_hello(roomrtc *c) {
  text json = object();
  text_field_number(&json, "protocol", 1);
  text_field(&json, "client", c->client_name);
  text_put(&json, ",\"capabilities\":[\"resume\",\"call_control\",\"ice_servers\",\"goaway\",\"account\"]");
  step(c, GREETING, HELLO, &json);
}

static void log_in(roomrtc *c) {
  text json = {0};
  text_put(&json, c->login_json);
  step(c, ENTERING, LOGIN_REQUEST, &json);
}

/* After WELCOME: makes the account, goes on with the session, or logs in. */
static void enter(roomrtc *c) {
  text json = {0};
  if (c->register_json != NULL) {
    text_put(&json, c->register_json);
    step(c, MAKING, REGISTER_REQUEST, &json);
  } else if (c->has_session && c->can_resume) {
    text_put(&json, "{");
    text_field(&json, "session_token", c->token);
    text_field_number(&json, "last_seq", c->handled);
    step(c, RESUMING, RESUME, &json);
  } else {
    set_string(c->why_lost_session, sizeof c->why_lost_session, "no_session");
    log_in(c);
  }
}

static void start_tls(roomrtc *c) {
  c->ssl = SSL_new(c->tls);
  c->from_network = BIO_new(BIO_s_mem());
  c->to_network = BIO_new(BIO_s_mem());
  if (c->ssl == NULL || c->from_network == NULL || c->to_network == NULL) {
    BIO_free(c->from_network);
    BIO_free(c->to_network);
    fail(c, "out_of_memory", "there is no memory for TLS");
    return;
  }
  BIO_set_mem_eof_return(c->from_network, -1);
  BIO_set_mem_eof_return(c->to_network, -1);
  SSL_set_bio(c->ssl, c->from_network, c->to_network);
  SSL_set_connect_state(c->ssl);
  unsigned char parsed[sizeof(struct in6_addr)];
  int is_address = inet_pton(AF_INET, c->host, parsed) == 1 || inet_pton(AF_INET6, c->host, parsed) == 1;
  int named = is_address ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(c->ssl), c->host)
                         : SSL_set1_host(c->ssl, c->host) && SSL_set_tlsext_host_name(c->ssl, c->host);
  if (!named) fail(c, "out_of_memory", "the name cannot be given to TLS");
  else c->phase = SHAKING;
}

static void shake(roomrtc *c) {
  int done = SSL_do_handshake(c->ssl);
  int error = SSL_get_error(c->ssl, done);
  int flushed = flush_tls(c);
  if (done == 1) {
    say_hello(c);
  } else if (error != SSL_ERROR_WANT_READ || !flushed) {
    flush_socket(c);
    long verified = SSL_get_verify_result(c->ssl);
    const char *why = verified == X509_V_OK ? ERR_reason_error_string(ERR_peek_last_error())
                                            : X509_verify_cert_error_string(verified);
    char reason[256];
    set_string(reason, sizeof reason, why == NULL ? "the TLS handshake has failed" : why);
    ERR_clear_error();
    lose(c, reason);
  }
}

static void connected(roomrtc *c) {
  int on = 1;
  (void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (c->tls == NULL) {
    say_hello(c);
    return;
  }
  start_tls(c);
  if (c->phase == SHAKING) shake(c);
}

static void start_connection(roomrtc *c) {
  c->last_word[0] = '\0';
  c->retry_after = 0;
  c->phase = CONNECTING;
  c->deadline = now_ms() + c->deadline_ms;
  struct addrinfo *to = c->address;
  c->address = to->ai_next != NULL ? to->ai_next : c->addresses;
  c->fd = socket(to->ai_family, to->ai_socktype, to->ai_protocol);
  if (c->fd < 0 || fcntl(c->fd, F_SETFL, O_NONBLOCK) < 0 || fcntl(c->fd, F_SETFD, FD_CLOEXEC) < 0) {
    lose(c, strerror(errno));
  } else if (connect(c->fd, to->ai_addr, to->ai_addrlen) == 0) {
    connected(c);
  } else if (errno != EINPROGRESS) {
    lose(c, strerror(errno));
  }
}

static void look_whether_connected(roomrtc *c) {
  struct pollfd p = {c->fd, POLLOUT, 0};
  if (poll(&p, 1, 0) <= 0) return;
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0) error = errno;
  if (error != 0) lose(c, strerror(error));
  else connected(c);
}

/* ---- What is sent ---- */

static void count_message(roomrtc *c) {
  c->since_heartbeat += 1;
  if (c->since_heartbeat >= c->heartbeat_after && c->phase == UP && c->heartbeat_deadline == 0) c->next_heartbeat = 0;
}

/* A message of a call. Takes the text, which lacks its end. */
static int send_of_call(roomrtc *c, int type, text *json, int repeats, uint64_t *request_id) {
  int result = ROOMRTC_OK;
  message m = {type, json->bytes, json->length, 0, repeats, 0};
  if (json->failed) result = ROOMRTC_E_MEMORY;
  else if (json->length > MAX_FRAME - 64) result = ROOMRTC_E_ARGUMENT;
  else if (!c->has_session && c->phase != UP) result = ROOMRTC_E_STATE;
  if (result == ROOMRTC_OK) {
    m.request_id = next_id(c);
    if (c->has_session) result = list_add(&c->kept, m);
  }
  if (result != ROOMRTC_OK) {
    text_free(json);
    return result;
  }
  if (request_id != NULL) *request_id = m.request_id;
  count_message(c);
  /* While the session is not on this connection, what is kept goes out when it is. */
  if (c->phase == UP) write_frame(c, type, m.json, m.length, m.request_id);
  if (!c->has_session) text_free(json);
  return ROOMRTC_OK;
}

static text about_call(const roomrtc *c) {
  text json = object();
  text_field(&json, "call_id", c->call.id);
  return json;
}

static int send_hangup(roomrtc *c, const char *call_id) {
  text json = object();
  text_field(&json, "call_id", call_id);
  return send_of_call(c, HANGUP, &json, 0, NULL);
}

static text signal_to_peer(const roomrtc *c) {
  text json = about_call(c);
  text_field(&json, "to_user_id", c->call.peer);
  return json;
}

static int send_candidate(roomrtc *c, const char *text_of, const char *mid, uint32_t index) {
  text json = signal_to_peer(c);
  text_field(&json, "candidate", text_of);
  text_field(&json, "sdp_mid", mid);
  text_field_number(&json, "sdp_mline_index", index);
  return send_of_call(c, ICE_CANDIDATE, &json, 0, NULL);
}

static void become_active(roomrtc *c) {
  c->call.phase = ACTIVE;
  for (size_t i = 0; i < c->waiting_count; i += 1) {
    candidate *w = &c->waiting[i];
    (void)send_candidate(c, w->candidate, w->sdp_mid, w->sdp_mline_index);
  }
  drop_waiting(c);
}

static void send_heartbeat(roomrtc *c) {
  int64_t now = now_ms();
  text json = object();
  text_field_number(&json, "timestamp", now);
  if (c->has_session) text_field_number(&json, "ack", c->handled);
  c->since_heartbeat = 0;
  c->heartbeat_position = c->first_kept + c->kept.count;
  c->heartbeat_deadline = now + c->deadline_ms;
  c->next_heartbeat = now + c->heartbeat_ms;
  c->heartbeat_id = ask(c, HEARTBEAT, &json);
}

static void send_find(roomrtc *c) {
  /* Of those whose name begins so the ones who are online come first, by name: so the very name is the first of them. */
  text json = object();
  text_field(&json, "query", c->finding);
  text_field_number(&json, "limit", 1000);
  c->finding_id = ask(c, USER_LIST_REQUEST, &json);
}

static void send_list(roomrtc *c, const char *cursor) {
  text json = object();
  if (cursor != NULL) text_field(&json, "cursor", cursor);
  c->listing_id = ask(c, USER_LIST_REQUEST, &json);
}

/* ---- What arrives ---- */

static void come_up(roomrtc *c) {
  c->phase = UP;
  c->was_up = 1;
  c->next_heartbeat = now_ms() + c->heartbeat_ms;
  c->heartbeat_deadline = 0;
  if (c->finding != NULL) send_find(c);
  if (c->listing_id != 0) send_list(c, NULL);
}

static void end_call(roomrtc *c, const char *reason, int64_t duration_ms) {
  call ended = c->call;
  forget_call(c);
  roomrtc_event event = event_of(ROOMRTC_ENDED);
  event.call_id = ended.id;
  event.user_id = ended.peer;
  event.username = ended.peer_name;
  event.reason = reason;
  event.duration_ms = duration_ms;
  tell(c, &event);
}

static int64_t milliseconds(span payload, const char *key, int64_t otherwise) {
  int64_t value = json_integer(payload, key, otherwise);
  return value < 0 || value > INT_MAX ? otherwise : value;
}

static void take_welcome(roomrtc *c, span payload) {
  span names, item, limits;
  const char *at = NULL;
  char name[REASON_SIZE];
  c->can_resume = c->can_call_control = 0;
  if (json_member(payload, "capabilities", &names)) {
    while (json_next(names, &at, &item)) {
      char *decoded = json_decode(item);
      set_string(name, sizeof name, decoded == NULL ? "" : decoded);
      free(decoded);
      if (strcmp(name, "resume") == 0) c->can_resume = 1;
      if (strcmp(name, "call_control") == 0) c->can_call_control = 1;
    }
  }
  c->heartbeat_ms = HEARTBEAT_MS;
  c->heartbeat_after = MAX_KEPT / PART_OF_OUTBOX;
  if (json_member(payload, "limits", &limits)) {
    int64_t interval = milliseconds(limits, "heartbeat_interval_ms", HEARTBEAT_MS);
    int64_t timeout = milliseconds(limits, "session_timeout_ms", 2 * HEARTBEAT_MS) / 2;
    c->heartbeat_ms = interval < timeout ? interval : timeout;
    c->heartbeat_after = (int)(milliseconds(limits, "max_outbox_frames", MAX_KEPT) / PART_OF_OUTBOX);
  }
  if (c->heartbeat_ms < 1) c->heartbeat_ms = 1;
  if (c->heartbeat_after < 1) c->heartbeat_after = 1;
  enter(c);
}

/* A login or an account was refused, or the session. */
static void take_refused_step(roomrtc *c, const char *reason, const char *why, int64_t retry_after) {
  if (c->phase == RESUMING) {
    /* A good token is let in whatever the limit, so one that has to wait is not good (RESUME-3). */
    int wait = is_passing(reason) && strcmp(reason, "too_many_attempts") != 0;
    if (strcmp(reason, "replaced") == 0) {
      end_client(c, "replaced", "another login has taken the session over");
    } else if (wait) {
      set_string(c->last_word, sizeof c->last_word, reason);
      c->retry_after = retry_after;
      lose(c, reason);
    } else {
      set_string(c->why_lost_session, sizeof c->why_lost_session, reason);
      log_in(c);
    }
    return;
  }
  if (c->phase == GREETING && strcmp(reason, "unknown_type") == 0) {
    /* It knows no HELLO: nothing is agreed on. */
    static const char nothing[] = "{}";
    span welcome = {nothing, nothing + 2};
    take_welcome(c, welcome);
    return;
  }
  int first = !c->was_up && strcmp(reason, "too_many_attempts") == 0;
  if (is_passing(reason) && !first && c->phase == ENTERING) {
    set_string(c->last_word, sizeof c->last_word, reason);
    c->retry_after = retry_after;
    lose(c, reason);
  } else {
    end_client(c, reason, why);
  }
}

static void take_login(roomrtc *c, span payload) {
  if (!json_bool(payload, "success", 0)) {
    char reason[REASON_SIZE];
    char *why = json_string(payload, "error");
    (void)json_copy(payload, "reason", reason, sizeof reason);
    take_refused_step(c, reason, why == NULL ? "" : why, -1);
    free(why);
    return;
  }
  char username[NAME_SIZE];
  if (!json_copy(payload, "user_id", c->user_id, sizeof c->user_id) ||
      !json_copy(payload, "username", username, sizeof username)) {
    fail(c, "not_understood", "LOGIN_RESPONSE has no user");
    return;
  }
  int again = c->was_up;
  int lost = (int)c->kept.count;
  forget_arrived(c, c->first_kept + c->kept.count);
  c->first_kept = 0;
  list_drop(&c->repeats, c->repeats.count);
  c->handled = 0;
  c->has_session = json_copy(payload, "session_token", c->token, sizeof c->token);
  int had_call = c->call.phase != NO_CALL || (c->request.request_id != 0 && !c->request.cancelled);
  c->request.request_id = 0;
  come_up(c);
  if (again && had_call) end_call(c, "session_lost", -1);
  roomrtc_event event = event_of(again ? ROOMRTC_LOGGED_IN_AGAIN : ROOMRTC_LOGGED_IN);
  event.user_id = c->user_id;
  event.username = username;
  event.reason = again ? c->why_lost_session : NULL;
  event.count = again ? lost : 0;
  tell(c, &event);
}

static void take_resumed(roomrtc *c, span payload) {
  span told;
  int64_t received = json_integer(payload, "received", -1);
  char token[TOKEN_SIZE];
  if (!json_copy(payload, "session_token", token, sizeof token) || !json_member(payload, "call", &told)) {
    fail(c, "not_understood", "RESUMED lacks a field");
    return;
  }
  if (received < 0 || (uint64_t)received < c->first_kept || (uint64_t)received > c->first_kept + c->kept.count) {
    set_string(c->why_lost_session, sizeof c->why_lost_session, "overflow");
    log_in(c);
    return;
  }
  memcpy(c->token, token, sizeof token);
  forget_arrived(c, (uint64_t)received);
  c->reconcile = 1;
  c->resumed_call[0] = '\0';
  c->resumed_peer_connected = 1;
  if (!json_is_null(told)) {
    char state[REASON_SIZE];
    (void)json_copy(told, "call_id", c->resumed_call, sizeof c->resumed_call);
    (void)json_copy(told, "peer_state", state, sizeof state);
    c->resumed_peer_connected = strcmp(state, "reconnecting") != 0;
  }
  int repeated = (int)c->kept.count;
  for (size_t i = 0; i < c->kept.count; i += 1) {
    message *m = &c->kept.items[i];
    write_frame(c, m->type, m->json, m->length, m->request_id);
  }
  come_up(c);
  roomrtc_event event = event_of(ROOMRTC_RESUMED);
  event.count = repeated;
  tell(c, &event);
}

static void take_user(roomrtc *c, span user, roomrtc_event_type type) {
  char id[ID_SIZE], name[NAME_SIZE], state[REASON_SIZE];
  if (!json_copy(user, "user_id", id, sizeof id) || !json_copy(user, "username", name, sizeof name)) return;
  (void)json_copy(user, "state", state, sizeof state);
  roomrtc_event event = event_of(type);
  event.user_id = id;
  event.username = name;
  event.state = state;
  tell(c, &event);
}

static void take_found(roomrtc *c, span users) {
  span user;
  const char *at = NULL;
  char *wanted = c->finding;
  c->finding = NULL;
  c->finding_id = 0;
  while (json_next(users, &at, &user)) {
    char name[NAME_SIZE];
    if (json_copy(user, "username", name, sizeof name) && strcmp(name, wanted) == 0) {
      take_user(c, user, ROOMRTC_FOUND);
      free(wanted);
      return;
    }
  }
  free(wanted);
  roomrtc_event event = event_of(ROOMRTC_REFUSED);
  event.about = ROOMRTC_ABOUT_FIND;
  event.reason = "user_not_found";
  event.message = "User not found";
  tell(c, &event);
}

/* The call as the server knows it, after all that was missed (RESUME-11). */
static void reconcile(roomrtc *c) {
  c->reconcile = 0;
  if (c->call.phase == NO_CALL) return;
  if (strcmp(c->call.id, c->resumed_call) != 0) {
    end_call(c, "unknown_to_server", -1);
  } else if (c->call.peer_connected != c->resumed_peer_connected) {
    c->call.peer_connected = c->resumed_peer_connected;
    roomrtc_event event = event_of_call(c, ROOMRTC_PEER_STATE);
    event.peer_connected = c->call.peer_connected;
    tell(c, &event);
  }
}

static void take_list(roomrtc *c, span payload, uint64_t request_id) {
  span users, user;
  const char *at = NULL;
  if (!json_member(payload, "users", &users)) return;
  if (request_id != 0 && request_id == c->finding_id && c->finding != NULL) {
    take_found(c, users);
    return;
  }
  int asked = request_id != 0 && request_id == c->listing_id;
  if (request_id != 0 && !asked) return;
  while (c->phase == UP && json_next(users, &at, &user)) take_user(c, user, ROOMRTC_USER);
  if (c->phase != UP) return;
  char *cursor = json_string(payload, "next_cursor");
  if (asked && cursor != NULL) {
    send_list(c, cursor);
  } else if (asked) {
    c->listing_id = 0;
    roomrtc_event event = event_of(ROOMRTC_LIST_END);
    tell(c, &event);
  }
  free(cursor);
  if (request_id == 0 && c->reconcile) reconcile(c);
}

static int name_call(roomrtc *c, span payload, const char *user_key, const char *name_key) {
  return json_copy(payload, "call_id", c->call.id, sizeof c->call.id) &&
         json_copy(payload, user_key, c->call.peer, sizeof c->call.peer) &&
         json_copy(payload, name_key, c->call.peer_name, sizeof c->call.peer_name);
}

static void take_ring(roomrtc *c, span payload) {
  if (c->call.phase != NO_CALL) end_call(c, "unknown_to_server", -1);
  if (!name_call(c, payload, "from_user_id", "from_username")) {
    fail(c, "not_understood", "CALL_NOTIFICATION lacks a field");
    return;
  }
  c->call.phase = RINGING_IN;
  c->call.peer_connected = 1;
  char by[ID_SIZE], by_name[NAME_SIZE];
  int transferred = json_copy(payload, "transferred_by_user_id", by, sizeof by);
  (void)json_copy(payload, "transferred_by_username", by_name, sizeof by_name);
  char *sdp = json_string(payload, "sdp");
  char *metadata = NULL;
  span value;
  if (json_member(payload, "metadata", &value)) {
    size_t length = (size_t)(value.end - value.p);
    metadata = malloc(length + 1);
    if (metadata != NULL) {
      memcpy(metadata, value.p, length);
      metadata[length] = '\0';
    }
  }
  roomrtc_event event = event_of_call(c, ROOMRTC_INCOMING);
  event.sdp = sdp;
  event.json = metadata;
  event.by_user_id = transferred ? by : NULL;
  event.by_username = transferred ? by_name : NULL;
  tell(c, &event);
  free(sdp);
  free(metadata);
  if (c->call.phase != RINGING_IN || !c->can_call_control) return;
  text json = about_call(c);
  (void)send_of_call(c, CALL_ALERTING, &json, 0, NULL);
}

static void take_ringing(roomrtc *c, span payload) {
  char id[ID_SIZE];
  if (json_bool(payload, "alerting", 0)) {
    /* Of a call that is known already; another one may be on its way meanwhile. */
    if (c->call.phase != RINGING_OUT || !json_copy(payload, "call_id", id, sizeof id) || strcmp(id, c->call.id) != 0) return;
    roomrtc_event event = event_of_call(c, ROOMRTC_ALERTING);
    event.duration_ms = json_integer(payload, "expires_in_ms", -1);
    tell(c, &event);
    return;
  }
  if (c->request.request_id == 0) return;
  int cancelled = c->request.cancelled;
  c->request.request_id = 0;
  if (cancelled) {
    if (json_copy(payload, "call_id", id, sizeof id)) (void)send_hangup(c, id);
    return;
  }
  if (!name_call(c, payload, "peer_user_id", "peer_username")) {
    fail(c, "not_understood", "RINGING lacks a field");
    return;
  }
  c->call.phase = RINGING_OUT;
  c->call.peer_connected = 1;
  roomrtc_event event = event_of_call(c, ROOMRTC_RINGING);
  event.duration_ms = json_integer(payload, "expires_in_ms", -1);
  tell(c, &event);
}

/* The other party of the call before has handed this client over, and it is in this call now (TRANSFER-2). */
static void take_hand_over(roomrtc *c, span payload, const char *id, const char *before) {
  int expected = before[0] != '\0' && strcmp(c->transferred, before) == 0;
  c->transferred[0] = '\0';
  if (!expected) {
    /* That one was hung up here meanwhile, and so is what has come of it. */
    (void)send_hangup(c, id);
    return;
  }
  if (c->call.phase != NO_CALL) end_call(c, "unknown_to_server", -1);
  forget_call(c);
  if (!name_call(c, payload, "peer_user_id", "peer_username")) {
    fail(c, "not_understood", "CALL_ACCEPTED lacks a field");
    return;
  }
  c->call.phase = ACTIVE;
  c->call.confirmed = 1;
  c->call.peer_connected = 1;
  roomrtc_event event = event_of_call(c, ROOMRTC_ACTIVE);
  event.is_caller = 1;
  event.replaces = before;
  tell(c, &event);
}

static void take_acceptance(roomrtc *c, span payload) {
  char id[ID_SIZE], role[REASON_SIZE], before[ID_SIZE];
  if (!json_copy(payload, "call_id", id, sizeof id)) return;
  if (json_copy(payload, "replaces", before, sizeof before)) {
    take_hand_over(c, payload, id, before);
    return;
  }
  int known = c->call.phase != NO_CALL && strcmp(c->call.id, id) == 0;
  int asked = c->request.request_id != 0;
  int cancelled = asked && c->request.cancelled;
  c->request.request_id = 0;
  if (!known && !asked) return;
  if (cancelled) {
    if (known) forget_call(c);
    (void)send_hangup(c, id);
    return;
  }
  int was_active = known && c->call.phase == ACTIVE;
  if (!name_call(c, payload, "peer_user_id", "peer_username")) {
    fail(c, "not_understood", "CALL_ACCEPTED lacks a field");
    return;
  }
  c->call.confirmed = 1;
  c->call.peer_connected = known ? c->call.peer_connected : 1;
  (void)json_copy(payload, "role", role, sizeof role);
  if (was_active) return;
  become_active(c);
  if (c->phase == OVER) return;
  char *sdp = json_string(payload, "sdp");
  roomrtc_event event = event_of_call(c, ROOMRTC_ACTIVE);
  event.is_caller = strcmp(role, "callee") != 0;
  event.sdp = sdp;
  tell(c, &event);
  free(sdp);
}

static void take_end(roomrtc *c, span payload) {
  char id[ID_SIZE], reason[REASON_SIZE], from[ID_SIZE], name[NAME_SIZE];
  (void)json_copy(payload, "call_id", id, sizeof id);
  if (!json_copy(payload, "reason", reason, sizeof reason)) set_string(reason, sizeof reason, "hangup");
  if (c->call.phase != NO_CALL && strcmp(c->call.id, id) == 0) {
    if (strcmp(reason, "transferred") == 0) set_string(c->transferred, sizeof c->transferred, id);
    end_call(c, reason, json_integer(payload, "duration_ms", -1));
  } else if (json_copy(payload, "from_user_id", from, sizeof from)) {
    (void)json_copy(payload, "from_username", name, sizeof name);
    roomrtc_event event = event_of(ROOMRTC_MISSED);
    event.user_id = from;
    event.username = name;
    event.reason = reason;
    tell(c, &event);
  } else if (c->request.request_id != 0 && !c->can_call_control) {
    /* Where `call_control` was not agreed on, the call is not known before its end. */
    int cancelled = c->request.cancelled;
    c->request.request_id = 0;
    if (!cancelled) end_call(c, reason, 0);
  }
}

static void take_transfer(roomrtc *c, span payload) {
  char id[ID_SIZE], to[ID_SIZE], name[NAME_SIZE], by[ID_SIZE], state[REASON_SIZE], reason[REASON_SIZE];
  if (!json_copy(payload, "call_id", id, sizeof id) || c->call.phase == NO_CALL || strcmp(id, c->call.id) != 0) return;
  (void)json_copy(payload, "to_user_id", to, sizeof to);
  (void)json_copy(payload, "to_username", name, sizeof name);
  (void)json_copy(payload, "from_user_id", by, sizeof by);
  (void)json_copy(payload, "state", state, sizeof state);
  (void)json_copy(payload, "reason", reason, sizeof reason);
  int rings = strcmp(state, "ringing") == 0;
  c->call.transfer[0] = '\0';
  if (rings) (void)json_copy(payload, "new_call_id", c->call.transfer, sizeof c->call.transfer);
  roomrtc_event event = event_of_call(c, ROOMRTC_TRANSFER);
  event.user_id = to;
  event.username = name;
  event.by_user_id = by;
  event.state = state;
  event.reason = rings ? NULL : reason;
  event.duration_ms = rings ? json_integer(payload, "expires_in_ms", -1) : -1;
  tell(c, &event);
}

static void take_signal(roomrtc *c, int type, span payload) {
  char id[ID_SIZE], mid[NAME_SIZE];
  if (!json_copy(payload, "call_id", id, sizeof id) || c->call.phase == NO_CALL || strcmp(id, c->call.id) != 0) return;
  roomrtc_event event = event_of_call(c, ROOMRTC_OFFER);
  char *owned = NULL;
  if (type == SDP_OFFER || type == SDP_ANSWER) {
    event.type = type == SDP_OFFER ? ROOMRTC_OFFER : ROOMRTC_ANSWER;
    event.sdp = owned = json_string(payload, "sdp");
  } else if (type == ICE_CANDIDATE) {
    event.type = ROOMRTC_CANDIDATE;
    event.candidate = owned = json_string(payload, "candidate");
    (void)json_copy(payload, "sdp_mid", mid, sizeof mid);
    event.sdp_mid = mid;
    event.sdp_mline_index = (uint32_t)json_integer(payload, "sdp_mline_index", 0);
  } else if (type == CALL_UPDATE) {
    event.type = ROOMRTC_PEER_UPDATE;
    event.on_hold = c->call.on_hold = json_bool(payload, "on_hold", c->call.on_hold);
    event.audio_muted = c->call.audio_muted = json_bool(payload, "audio_muted", c->call.audio_muted);
    event.video_muted = c->call.video_muted = json_bool(payload, "video_muted", c->call.video_muted);
  } else {
    char state[REASON_SIZE];
    (void)json_copy(payload, "state", state, sizeof state);
    event.type = ROOMRTC_PEER_STATE;
    event.peer_connected = c->call.peer_connected = strcmp(state, "reconnecting") != 0;
  }
  if (owned != NULL || (type != SDP_OFFER && type != SDP_ANSWER && type != ICE_CANDIDATE)) tell(c, &event);
  free(owned);
}

static void take_ice_servers(roomrtc *c, span payload) {
  span servers;
  if (!json_member(payload, "ice_servers", &servers)) return;
  size_t length = (size_t)(servers.end - servers.p);
  char *json = malloc(length + 1);
  if (json == NULL) return;
  memcpy(json, servers.p, length);
  json[length] = '\0';
  roomrtc_event event = event_of(ROOMRTC_ICE_SERVERS);
  event.json = json;
  event.ttl_secs = json_integer(payload, "ttl_secs", -1);
  tell(c, &event);
  free(json);
}

static void take_go_away(roomrtc *c, span payload) {
  char reason[REASON_SIZE];
  (void)json_copy(payload, "reason", reason, sizeof reason);
  c->away_ms = milliseconds(payload, "reconnect_after_ms", 0);
  roomrtc_event event = event_of(ROOMRTC_GOAWAY);
  event.reason = reason;
  event.retry_after_ms = c->away_ms;
  tell(c, &event);
}

/* The server did not hear it, and does not keep it (RATE-1): it is sent again as a new message. */
static int repeat_later(roomrtc *c, const message *m, int64_t after) {
  message copy = *m;
  copy.json = malloc(m->length);
  if (copy.json == NULL) return 0;
  memcpy(copy.json, m->json, m->length);
  /* Those that were refused together do not come together again. */
  int64_t wait = after << m->repeats;
  copy.due = now_ms() + random_between(wait, wait + wait / 2);
  copy.repeats = m->repeats + 1;
  if (list_add(&c->repeats, copy) == ROOMRTC_OK) return 1;
  free(copy.json);
  return 0;
}

static void tell_refused(roomrtc *c, int about, const char *reason, const char *why, int64_t retry_after) {
  roomrtc_event event = event_of(ROOMRTC_REFUSED);
  event.about = about;
  event.reason = reason;
  event.message = why;
  event.retry_after_ms = retry_after;
  tell(c, &event);
}

static void take_error_about(roomrtc *c, uint64_t id, const char *reason, const char *why, int64_t retry_after) {
  if (c->request.request_id != 0 && id == c->request.request_id) {
    int cancelled = c->request.cancelled;
    c->request.request_id = 0;
    if (!cancelled) tell_refused(c, ROOMRTC_ABOUT_CALL, reason, why, retry_after);
    return;
  }
  if (c->finding != NULL && id == c->finding_id) {
    free(c->finding);
    c->finding = NULL;
    tell_refused(c, ROOMRTC_ABOUT_FIND, reason, why, retry_after);
    return;
  }
  const message *m = find_kept(c, id);
  if (m == NULL) return;
  int type = m->type;
  /* The call has come to something else meanwhile, or ended. */
  if (type == CALL_ALERTING) return;
  int again = strcmp(reason, "rate_limited") == 0 && m->repeats < MAX_REPEATS;
  if (again && (c->call.phase != NO_CALL || type == HANGUP) && repeat_later(c, m, retry_after > 0 ? retry_after : 1000)) {
    return;
  }
  /* Both have hung up, or another call is on by now. */
  span about = {m->json, m->json + m->length};
  char needle[ID_SIZE + 16];
  (void)snprintf(needle, sizeof needle, "{\"call_id\":\"%s\"", c->call.id);
  size_t length = strlen(needle);
  if (c->call.phase == NO_CALL || m->length < length || memcmp(about.p, needle, length) != 0) return;
  if (type == CALL_RESPONSE && c->call.confirmed) return;
  if (strcmp(reason, "call_not_found") == 0) end_call(c, reason, -1);
  else tell_refused(c, type, reason, why, retry_after);
}

static void take_error(roomrtc *c, span payload, uint64_t request_id) {
  char reason[REASON_SIZE];
  (void)json_copy(payload, "reason", reason, sizeof reason);
  int64_t retry_after = milliseconds(payload, "retry_after_ms", -1);
  char *why = json_string(payload, "message");
  const char *sentence = why == NULL ? "" : why;
  if (json_integer(payload, "in_reply_to", -1) < 0) {
    set_string(c->last_word, sizeof c->last_word, reason);
    c->retry_after = retry_after;
  } else if (c->phase != UP && request_id != 0 && request_id == c->step_id) {
    take_refused_step(c, reason, sentence, retry_after);
  } else if (request_id != 0) {
    take_error_about(c, request_id, reason, sentence, retry_after);
  }
  free(why);
}

/* The answer to the step that is under way before the client is up. */
static void take_answer(roomrtc *c, int type, span payload) {
  if (type == WELCOME && c->phase == GREETING) {
    take_welcome(c, payload);
  } else if (type == REGISTER_RESPONSE && c->phase == MAKING) {
    char reason[REASON_SIZE];
    if (!json_bool(payload, "success", 0)) {
      char *why = json_string(payload, "error");
      (void)json_copy(payload, "reason", reason, sizeof reason);
      end_client(c, reason, why == NULL ? "" : why);
      free(why);
      return;
    }
    free(c->register_json);
    c->register_json = NULL;
    enter(c);
  } else if (type == LOGIN_RESPONSE && c->phase == ENTERING) {
    take_login(c, payload);
  } else if (type == RESUMED && c->phase == RESUMING) {
    take_resumed(c, payload);
  } else if (type == RESUME_REFUSED && c->phase == RESUMING) {
    char reason[REASON_SIZE];
    (void)json_copy(payload, "reason", reason, sizeof reason);
    take_refused_step(c, reason, "the session cannot be resumed", -1);
  }
}

static void take_pushed(roomrtc *c, int type, span payload, uint64_t request_id) {
  switch (type) {
    case ERROR: take_error(c, payload, request_id); break;
    case USER_LIST_RESPONSE: take_list(c, payload, request_id); break;
    case USER_STATE_UPDATE: take_user(c, payload, ROOMRTC_USER); break;
    case CALL_NOTIFICATION: take_ring(c, payload); break;
    case RINGING: take_ringing(c, payload); break;
    case CALL_ACCEPTED: take_acceptance(c, payload); break;
    case CALL_DECLINED:
    case HANGUP: take_end(c, payload); break;
    case SDP_OFFER:
    case SDP_ANSWER:
    case ICE_CANDIDATE:
    case CALL_UPDATE:
    case PEER_STATE: take_signal(c, type, payload); break;
    case CALL_TRANSFER: take_transfer(c, payload); break;
    case ICE_SERVERS: take_ice_servers(c, payload); break;
    case GOAWAY: take_go_away(c, payload); break;
    case HEARTBEAT:
      if (request_id != 0 && request_id == c->heartbeat_id) {
        c->heartbeat_deadline = 0;
        forget_arrived(c, c->heartbeat_position);
      }
      break;
    case LOGOUT_RESPONSE:
      if (c->closing) end_client(c, "closed", "this client was closed");
      break;
    default: break;
  }
}

static void take_frame(roomrtc *c, int type, span payload) {
  if (!json_is_object(payload)) {
    fail(c, "not_understood", "the server has sent what is no JSON object");
    return;
  }
  char id_text[32];
  uint64_t request_id = 0;
  if (json_copy(payload, "request_id", id_text, sizeof id_text)) request_id = strtoull(id_text, NULL, 10);
  int64_t seq = json_integer(payload, "seq", -1);
  if (seq >= 0 && c->has_session) {
    if (seq <= c->handled) return;
    c->handled = seq;
    count_message(c);
  }
  if (c->phase != UP && type != ERROR) take_answer(c, type, payload);
  else take_pushed(c, type, payload, request_id);
}

/* Takes every whole frame of what has arrived. A connection that is lost meanwhile leaves nothing. */
static void take_frames(roomrtc *c) {
  size_t at = 0;
  int fd = c->fd;
  while (c->fd == fd && c->fd >= 0 && c->broken == NULL && c->incoming.length - at >= LENGTH_BYTES) {
    const unsigned char *head = (const unsigned char *)c->incoming.bytes + at;
    uint32_t length = (uint32_t)head[0] << 24 | (uint32_t)head[1] << 16 | (uint32_t)head[2] << 8 | head[3];
    if (length < 1 || length > MAX_FRAME) {
      fail(c, "not_understood", "the server announces a frame of an impossible length");
      return;
    }
    if (c->incoming.length - at - LENGTH_BYTES < length) break;
    const char *body = c->incoming.bytes + at + LENGTH_BYTES;
    span payload = {body + 1, body + length};
    at += LENGTH_BYTES + length;
    take_frame(c, (unsigned char)body[0], payload);
  }
  if (c->fd == fd && c->fd >= 0) text_drop(&c->incoming, at);
}

static int read_tls(roomrtc *c, const char *bytes, size_t length) {
  if (BIO_write(c->from_network, bytes, (int)length) != (int)length) return 0;
  if (c->phase == SHAKING) shake(c);
  if (c->phase == SHAKING || c->ssl == NULL) return 1;
  char plain[READ_BYTES];
  int got;
  while ((got = SSL_read(c->ssl, plain, sizeof plain)) > 0) text_add(&c->incoming, plain, (size_t)got);
  int error = SSL_get_error(c->ssl, got);
  ERR_clear_error();
  return flush_tls(c) && (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_ZERO_RETURN);
}

static void read_socket(roomrtc *c) {
  char bytes[READ_BYTES];
  for (int turn = 0; turn < READS_A_TURN && c->fd >= 0; turn += 1) {
    ssize_t got = recv(c->fd, bytes, sizeof bytes, 0);
    if (got < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN && errno != EWOULDBLOCK) lose(c, strerror(errno));
      return;
    }
    if (got == 0) {
      lose(c, "the server has closed the connection");
      return;
    }
    if (c->ssl == NULL) {
      text_add(&c->incoming, bytes, (size_t)got);
    } else if (!read_tls(c, bytes, (size_t)got)) {
      lose(c, "TLS has failed");
      return;
    }
    if (c->incoming.failed) fail(c, "out_of_memory", "there is no memory for what arrives");
    else if (c->fd >= 0) take_frames(c);
  }
}

/* ---- Time ---- */

static void send_repeats(roomrtc *c, int64_t now) {
  size_t left = 0;
  for (size_t i = 0; i < c->repeats.count; i += 1) {
    message m = c->repeats.items[i];
    if (m.due > now) {
      c->repeats.items[left] = m;
      left += 1;
      continue;
    }
    text json = {m.json, m.length, m.length, 0};
    c->repeats.bytes -= m.length;
    (void)send_of_call(c, m.type, &json, m.repeats, NULL);
  }
  c->repeats.count = left;
}

static void keep_time(roomrtc *c) {
  int64_t now = now_ms();
  if (c->closing) {
    if (now >= c->deadline) end_client(c, "closed", "this client was closed");
  } else if (c->phase == WAITING) {
    if (c->deadline > c->give_up) end_client(c, "unreachable", "the server could not be reached in time");
    else if (now >= c->deadline) start_connection(c);
  } else if (c->phase != UP) {
    if (now >= c->deadline) lose(c, "the server does not answer");
  } else if (c->heartbeat_deadline != 0 && now >= c->heartbeat_deadline) {
    lose(c, "the server does not answer heartbeats");
  } else {
    if (c->repeats.count > 0) send_repeats(c, now);
    if (c->phase == UP && c->heartbeat_deadline == 0 && now >= c->next_heartbeat) send_heartbeat(c);
  }
}

/* ---- The public functions ---- */

static void digest(const char *password, char out[17]) {
  uint64_t h = 0;
  for (const unsigned char *p = (const unsigned char *)password; *p != 0; p += 1) h = h * 31 + *p;
  (void)snprintf(out, 17, "%llx", (unsigned long long)h);
}

static int make_login(roomrtc *c, const roomrtc_options *options) {
  text json = object();
  if (options->token != NULL) {
    text_field(&json, "token", options->token);
  } else {
    char hash[17];
    digest(options->password, hash);
    text_field(&json, "username", options->username);
    text_field(&json, "password_hash", hash);
  }
  text_add(&json, "", 1);
  if (json.failed) {
    text_free(&json);
    return 0;
  }
  c->login_json = json.bytes;
  if (options->make_account && options->token == NULL) c->register_json = copy_string(json.bytes);
  return !options->make_account || options->token != NULL || c->register_json != NULL;
}

static int look_up(roomrtc *c, const roomrtc_options *options) {
  struct addrinfo hints;
  memset(&hints, 0, sizeof hints);
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | (options->address != NULL ? AI_NUMERICHOST : 0);
  char port[8];
  (void)snprintf(port, sizeof port, "%u", (unsigned)options->port);
  const char *host = options->address != NULL ? options->address : options->host;
  if (getaddrinfo(host, port, &hints, &c->addresses) != 0) return 0;
  c->address = c->addresses;
  return 1;
}

static int make_tls(roomrtc *c, const char *ca_file) {
  c->tls = SSL_CTX_new(TLS_client_method());
  if (c->tls == NULL) return 0;
  SSL_CTX_set_verify(c->tls, SSL_VERIFY_PEER, NULL);
  int trusted = ca_file != NULL ? SSL_CTX_load_verify_locations(c->tls, ca_file, NULL)
                                : SSL_CTX_set_default_verify_paths(c->tls);
  int made = SSL_CTX_set_min_proto_version(c->tls, TLS1_2_VERSION) && trusted;
  ERR_clear_error();
  return made;
}

static int is_text(const char *string) { return string == NULL || is_utf8(string); }

roomrtc *roomrtc_new(const roomrtc_options *options) {
  int named = options->token != NULL || (options->username != NULL && options->password != NULL);
  int fine = options->host != NULL && options->host[0] != '\0' && options->port != 0 && named &&
             is_text(options->token) && is_text(options->username) && is_text(options->client_name);
  if (!fine) {
    errno = EINVAL;
    return NULL;
  }
  roomrtc *c = calloc(1, sizeof *c);
  if (c == NULL) return NULL;
  c->fd = -1;
  c->phase = WAITING;
  c->deadline = now_ms();
  c->pause = FIRST_RETRY_MS;
  c->on_event = options->on_event;
  c->context = options->context;
  c->deadline_ms = options->deadline_ms > 0 ? options->deadline_ms : DEFAULT_DEADLINE_MS;
  c->reconnect_for_ms = options->reconnect_for_ms > 0 ? options->reconnect_for_ms : DEFAULT_RECONNECT_MS;
  c->give_up = c->deadline + c->reconnect_for_ms;
  c->host = copy_string(options->host);
  c->client_name = copy_string(options->client_name != NULL ? options->client_name : "roomrtc-c");
  int error = 0;
  if (c->host == NULL || c->client_name == NULL || !make_login(c, options)) error = ENOMEM;
  else if (!look_up(c, options)) error = ENOENT;
  else if (options->tls && !make_tls(c, options->ca_file)) error = EINVAL;
  if (error != 0) {
    roomrtc_free(c);
    errno = error;
    return NULL;
  }
  return c;
}

static void free_secret(char *secret) {
  if (secret != NULL) OPENSSL_cleanse(secret, strlen(secret));
  free(secret);
}

void roomrtc_free(roomrtc *client) {
  if (client == NULL) return;
  drop_connection(client);
  forget_call(client);
  list_free(&client->kept);
  list_free(&client->repeats);
  if (client->addresses != NULL) freeaddrinfo(client->addresses);
  SSL_CTX_free(client->tls);
  free(client->host);
  free(client->client_name);
  free(client->finding);
  free_secret(client->login_json);
  free_secret(client->register_json);
  OPENSSL_cleanse(client->token, sizeof client->token);
  free(client);
}

int roomrtc_fd(const roomrtc *client) { return client->fd; }

short roomrtc_wants(const roomrtc *client) {
  if (client->fd < 0) return 0;
  if (client->phase == CONNECTING) return POLLOUT;
  return (short)(POLLIN | (client->outgoing.length > client->sent ? POLLOUT : 0));
}

int roomrtc_timeout(const roomrtc *client) {
  if (client->phase == OVER) return -1;
  if (client->broken != NULL) return 0;
  int64_t at = client->deadline;
  if (client->phase == UP && !client->closing) {
    at = client->heartbeat_deadline != 0 ? client->heartbeat_deadline : client->next_heartbeat;
    for (size_t i = 0; i < client->repeats.count; i += 1) {
      if (client->repeats.items[i].due < at) at = client->repeats.items[i].due;
    }
  }
  int64_t left = at - now_ms();
  return left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

int roomrtc_process(roomrtc *client) {
  carry_out_break(client);
  keep_time(client);
  if (client->phase == CONNECTING) look_whether_connected(client);
  if (client->fd >= 0 && client->phase != CONNECTING) {
    flush_socket(client);
    read_socket(client);
    keep_time(client);
    flush_socket(client);
  }
  carry_out_break(client);
  return client->phase == OVER ? ROOMRTC_E_CLOSED : ROOMRTC_OK;
}

int roomrtc_run(roomrtc *client, int milliseconds) {
  int64_t until = now_ms() + milliseconds;
  for (;;) {
    if (roomrtc_process(client) != ROOMRTC_OK) return ROOMRTC_E_CLOSED;
    int64_t left = until - now_ms();
    if (left <= 0) return ROOMRTC_OK;
    int timeout = roomrtc_timeout(client);
    struct pollfd p = {roomrtc_fd(client), roomrtc_wants(client), 0};
    (void)poll(&p, 1, timeout >= 0 && timeout < left ? timeout : (int)left);
  }
}

const char *roomrtc_user_id(const roomrtc *client) { return client->user_id[0] != '\0' ? client->user_id : NULL; }

/* Whether anything can be asked for now. */
static int is_in(const roomrtc *c) { return c->phase != OVER && !c->closing && (c->phase == UP || c->has_session); }

static int refuse_unless_in(const roomrtc *c) {
  return c->phase == OVER || c->closing ? ROOMRTC_E_CLOSED : is_in(c) ? ROOMRTC_OK : ROOMRTC_E_STATE;
}

int roomrtc_list(roomrtc *client) {
  if (client->phase != UP) return client->phase == OVER ? ROOMRTC_E_CLOSED : ROOMRTC_E_STATE;
  send_list(client, NULL);
  return ROOMRTC_OK;
}

int roomrtc_find(roomrtc *client, const char *username) {
  int refused = refuse_unless_in(client);
  if (refused != ROOMRTC_OK) return refused;
  if (client->finding != NULL) return ROOMRTC_E_STATE;
  if (strlen(username) >= NAME_SIZE || !is_utf8(username)) return ROOMRTC_E_ARGUMENT;
  client->finding = copy_string(username);
  if (client->finding == NULL) return ROOMRTC_E_MEMORY;
  if (client->phase == UP) send_find(client);
  return ROOMRTC_OK;
}

int roomrtc_call(roomrtc *client, const char *user_id, const char *sdp, const char *metadata) {
  int refused = refuse_unless_in(client);
  if (refused != ROOMRTC_OK) return refused;
  /* Of one that rings here the server takes it as the acceptance (CALL-15). */
  int meets = client->call.phase == RINGING_IN && strcmp(client->call.peer, user_id) == 0;
  if ((client->call.phase != NO_CALL && !meets) || client->request.request_id != 0) return ROOMRTC_E_STATE;
  if (strlen(user_id) >= ID_SIZE || !is_utf8(user_id) || !is_text(sdp)) return ROOMRTC_E_ARGUMENT;
  text json = object();
  text_field(&json, "to_user_id", user_id);
  if (sdp != NULL) text_field(&json, "sdp", sdp);
  if (metadata != NULL) {
    span given = {metadata, metadata + strlen(metadata)};
    if (!is_utf8(metadata) || !json_is_object(given)) {
      text_free(&json);
      return ROOMRTC_E_ARGUMENT;
    }
    text_key(&json, "metadata");
    text_put(&json, metadata);
  }
  client->request.cancelled = 0;
  set_string(client->request.peer, sizeof client->request.peer, user_id);
  return send_of_call(client, CALL_REQUEST, &json, 0, &client->request.request_id);
}

static int respond(roomrtc *c, int accepted, const char *sdp) {
  int refused = refuse_unless_in(c);
  if (refused != ROOMRTC_OK) return refused;
  if (c->call.phase != RINGING_IN) return ROOMRTC_E_STATE;
  if (!is_text(sdp)) return ROOMRTC_E_ARGUMENT;
  text json = about_call(c);
  text_field_bool(&json, "accepted", accepted);
  if (sdp != NULL) text_field(&json, "sdp", sdp);
  int result = send_of_call(c, CALL_RESPONSE, &json, 0, NULL);
  if (result != ROOMRTC_OK) return result;
  if (accepted) become_active(c);
  else forget_call(c);
  return ROOMRTC_OK;
}

int roomrtc_accept(roomrtc *client, const char *sdp) { return respond(client, 1, sdp); }

int roomrtc_decline(roomrtc *client) { return respond(client, 0, NULL); }

int roomrtc_hangup(roomrtc *client) {
  int refused = refuse_unless_in(client);
  if (refused != ROOMRTC_OK) return refused;
  if (client->call.phase == NO_CALL) {
    if (client->request.request_id == 0 || client->request.cancelled) return ROOMRTC_E_STATE;
    /* Without an id there is nothing to say yet: that is done when RINGING brings it. */
    client->request.cancelled = 1;
    return ROOMRTC_OK;
  }
  int result = send_hangup(client, client->call.id);
  if (result == ROOMRTC_OK) forget_call(client);
  return result;
}

int roomrtc_update(roomrtc *client, int on_hold, int audio_muted, int video_muted) {
  int refused = refuse_unless_in(client);
  if (refused != ROOMRTC_OK) return refused;
  if (client->call.phase != ACTIVE) return ROOMRTC_E_STATE;
  if (on_hold < 0 && audio_muted < 0 && video_muted < 0) return ROOMRTC_E_ARGUMENT;
  text json = about_call(client);
  if (on_hold >= 0) text_field_bool(&json, "on_hold", on_hold);
  if (audio_muted >= 0) text_field_bool(&json, "audio_muted", audio_muted);
  if (video_muted >= 0) text_field_bool(&json, "video_muted", video_muted);
  return send_of_call(client, CALL_UPDATE, &json, 0, NULL);
}

int roomrtc_transfer(roomrtc *client, const char *user_id) {
  int refused = refuse_unless_in(client);
  if (refused != ROOMRTC_OK) return refused;
  if (client->call.phase != ACTIVE) return ROOMRTC_E_STATE;
  if (strlen(user_id) >= ID_SIZE || !is_utf8(user_id)) return ROOMRTC_E_ARGUMENT;
  text json = about_call(client);
  text_field(&json, "to_user_id", user_id);
  return send_of_call(client, CALL_TRANSFER, &json, 0, NULL);
}

int roomrtc_cancel_transfer(roomrtc *client) {
  int refused = refuse_unless_in(client);
  if (refused != ROOMRTC_OK) return refused;
  return client->call.transfer[0] != '\0' ? send_hangup(client, client->call.transfer) : ROOMRTC_E_STATE;
}

static int send_description(roomrtc *c, int type, const char *sdp) {
  int refused = refuse_unless_in(c);
  if (refused != ROOMRTC_OK) return refused;
  if (c->call.phase != ACTIVE) return ROOMRTC_E_STATE;
  if (!is_utf8(sdp)) return ROOMRTC_E_ARGUMENT;
  text json = signal_to_peer(c);
  text_field(&json, "sdp", sdp);
  return send_of_call(c, type, &json, 0, NULL);
}

int roomrtc_offer(roomrtc *client, const char *sdp) { return send_description(client, SDP_OFFER, sdp); }

int roomrtc_answer(roomrtc *client, const char *sdp) { return send_description(client, SDP_ANSWER, sdp); }

static int wait_with(roomrtc *c, const char *text_of, const char *mid, uint32_t index) {
  if (c->waiting_count >= MAX_KEPT) return ROOMRTC_E_FULL;
  candidate *grown = realloc(c->waiting, (c->waiting_count + 1) * sizeof *grown);
  if (grown == NULL) return ROOMRTC_E_MEMORY;
  c->waiting = grown;
  candidate w = {copy_string(text_of), copy_string(mid), index};
  if (w.candidate == NULL || w.sdp_mid == NULL) {
    free(w.candidate);
    free(w.sdp_mid);
    return ROOMRTC_E_MEMORY;
  }
  c->waiting[c->waiting_count] = w;
  c->waiting_count += 1;
  return ROOMRTC_OK;
}

int roomrtc_candidate(roomrtc *client, const char *candidate, const char *sdp_mid, uint32_t sdp_mline_index) {
  int refused = refuse_unless_in(client);
  if (refused != ROOMRTC_OK) return refused;
  if (!is_utf8(candidate) || !is_utf8(sdp_mid)) return ROOMRTC_E_ARGUMENT;
  if (client->call.phase == ACTIVE) return send_candidate(client, candidate, sdp_mid, sdp_mline_index);
  int rings = client->call.phase != NO_CALL || (client->request.request_id != 0 && !client->request.cancelled);
  return rings ? wait_with(client, candidate, sdp_mid, sdp_mline_index) : ROOMRTC_E_STATE;
}

void roomrtc_close(roomrtc *client) {
  if (client->phase == OVER || client->closing) return;
  client->closing = 1;
  client->deadline = now_ms() + LAST_WORD_MS;
  if (client->phase == UP) {
    text json = object();
    (void)ask(client, LOGOUT_REQUEST, &json);
  } else {
    /* There is nobody to tell. The server learns of it when the resume window is over. */
    client->deadline = now_ms();
  }
}

void roomrtc_cut(roomrtc *client) {
  if (client->fd >= 0) break_off(client, "this client was cut off");
}
