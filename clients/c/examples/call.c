/*
 * A caller and answerer in text: it takes a command a line, and says what happens, a line each.
 *
 *     call HOST PORT USERNAME [--register] [--token] [--tls CA-FILE]
 *
 * The password, or with --token a token, comes from the environment: ROOMRTC_SECRET. Commands: users, call NAME, accept,
 * decline, hangup, hold on|off, mute on|off, transfer NAME, take-back, offer TEXT, answer TEXT, candidate TEXT, cut, quit.
 * In TEXT, \r, \n and \\ stand for what they stand for in C. clients/python/examples/call.py speaks the same.
 */
#define _POSIX_C_SOURCE 200809L

#include "../roomrtc.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_SIZE = 131072 };

typedef struct {
  int is_in;
  int rings_out;
  int is_active;
  int lists;
  /* Who is looked for is to be transferred to, not called. */
  int transfers;
} person;

static void say_text(const char *word, const char *text) {
  printf("%s ", word);
  for (const char *p = text; *p != '\0'; p += 1) {
    if (*p == '\\') fputs("\\\\", stdout);
    else if (*p == '\r') fputs("\\r", stdout);
    else if (*p == '\n') fputs("\\n", stdout);
    else putchar(*p);
  }
  putchar('\n');
}

static void unescape(char *text) {
  char *out = text;
  for (const char *p = text; *p != '\0'; p += 1) {
    if (*p == '\\' && p[1] != '\0') {
      p += 1;
      *out++ = *p == 'r' ? '\r' : *p == 'n' ? '\n' : *p;
    } else {
      *out++ = *p;
    }
  }
  *out = '\0';
}

static const char *on_off(int on) { return on ? "on" : "off"; }

static void on_event(roomrtc *client, const roomrtc_event *event, void *context) {
  person *me = context;
  switch (event->type) {
    case ROOMRTC_LOGGED_IN:
      me->is_in = 1;
      printf("here %s\n", event->username);
      break;
    case ROOMRTC_REFUSED:
      if (event->about == ROOMRTC_ABOUT_CALL) me->rings_out = 0;
      if (event->about == ROOMRTC_ABOUT_FIND) me->transfers = 0;
      printf("refused %s\n", event->reason);
      break;
    case ROOMRTC_USER:
      if (me->lists) printf("user %s %s\n", event->username, event->state);
      break;
    case ROOMRTC_FOUND:
      if (me->transfers) {
        me->transfers = 0;
        if (roomrtc_transfer(client, event->user_id) != ROOMRTC_OK) puts("refused no_call");
        break;
      }
      me->rings_out = roomrtc_call(client, event->user_id, NULL, NULL) == ROOMRTC_OK;
      if (!me->rings_out) printf("refused caller_busy\n");
      break;
    case ROOMRTC_INCOMING:
      if (event->by_username != NULL) printf("incoming %s by %s\n", event->username, event->by_username);
      else printf("incoming %s\n", event->username);
      if (event->sdp != NULL) say_text("offer", event->sdp);
      break;
    case ROOMRTC_RINGING:
      printf("ringing %s\n", event->username);
      break;
    case ROOMRTC_ALERTING:
      printf("alerting %s\n", event->username);
      break;
    case ROOMRTC_ACTIVE:
      me->is_active = 1;
      if (event->replaces != NULL) printf("transferred %s\n", event->username);
      printf("active %s\n", event->is_caller ? "caller" : "callee");
      if (event->sdp != NULL) say_text("answer", event->sdp);
      break;
    case ROOMRTC_OFFER:
      say_text("offer", event->sdp);
      break;
    case ROOMRTC_ANSWER:
      say_text("answer", event->sdp);
      break;
    case ROOMRTC_CANDIDATE:
      say_text("candidate", event->candidate);
      break;
    case ROOMRTC_PEER_UPDATE:
      printf("peer hold %s mute %s\n", on_off(event->on_hold), on_off(event->audio_muted));
      break;
    case ROOMRTC_PEER_STATE:
      printf("peer %s\n", event->peer_connected ? "back" : "away");
      break;
    case ROOMRTC_TRANSFER:
      if (event->reason == NULL) printf("transfer ringing %s\n", event->username);
      else printf("transfer failed %s %s\n", event->username, event->reason);
      break;
    case ROOMRTC_ENDED:
      me->is_active = me->rings_out = 0;
      printf("ended %s\n", event->reason);
      break;
    case ROOMRTC_MISSED:
      printf("missed %s %s\n", event->username, event->reason);
      break;
    case ROOMRTC_GOAWAY:
      printf("goaway %s\n", event->reason);
      break;
    case ROOMRTC_LOST:
      puts("lost");
      break;
    case ROOMRTC_RESUMED:
      puts("resumed");
      break;
    case ROOMRTC_LOGGED_IN_AGAIN:
      printf("logged-in-again %s\n", event->reason);
      break;
    case ROOMRTC_CLOSED:
      printf("%s %s\n", me->is_in ? "closed" : "refused", event->reason);
      if (!me->is_in) fprintf(stderr, "%s\n", event->message);
      break;
    case ROOMRTC_LIST_END:
      me->lists = 0;
      break;
    case ROOMRTC_ICE_SERVERS:
      break;
  }
}

static int hang_up(roomrtc *client, person *me) {
  int result = roomrtc_hangup(client);
  if (result == ROOMRTC_OK) printf("ended %s\n", me->is_active ? "hangup" : "cancelled");
  if (result == ROOMRTC_OK) me->is_active = me->rings_out = 0;
  return result;
}

/* 0 when it is time to go. */
static int obey(roomrtc *client, person *me, char *line) {
  char *rest = strchr(line, ' ');
  if (rest != NULL) *rest++ = '\0';
  else rest = line + strlen(line);
  unescape(rest);
  int on = strcmp(rest, "on") == 0;
  int result = ROOMRTC_OK;
  if (strcmp(line, "quit") == 0) return 0;
  else if (strcmp(line, "users") == 0) result = roomrtc_list(client), me->lists = result == ROOMRTC_OK;
  else if (strcmp(line, "call") == 0) result = roomrtc_find(client, rest);
  else if (strcmp(line, "accept") == 0) {
    result = roomrtc_accept(client, NULL);
    if (result == ROOMRTC_OK) me->is_active = 1, puts("active callee");
  } else if (strcmp(line, "decline") == 0) {
    result = roomrtc_decline(client);
    if (result == ROOMRTC_OK) puts("ended declined");
  } else if (strcmp(line, "hangup") == 0) result = hang_up(client, me);
  else if (strcmp(line, "hold") == 0) result = roomrtc_update(client, on, -1, -1);
  else if (strcmp(line, "mute") == 0) result = roomrtc_update(client, -1, on, -1);
  else if (strcmp(line, "transfer") == 0) {
    result = roomrtc_find(client, rest);
    me->transfers = result == ROOMRTC_OK;
  } else if (strcmp(line, "take-back") == 0) result = roomrtc_cancel_transfer(client);
  else if (strcmp(line, "offer") == 0) result = roomrtc_offer(client, rest);
  else if (strcmp(line, "answer") == 0) result = roomrtc_answer(client, rest);
  else if (strcmp(line, "candidate") == 0) result = roomrtc_candidate(client, rest, "0", 0);
  else if (strcmp(line, "cut") == 0) roomrtc_cut(client);
  else puts("refused unknown_command");
  if (result != ROOMRTC_OK) printf("refused %d\n", result);
  return 1;
}

/* Takes the whole lines of what was typed; 0 when it is time to go. */
static int read_commands(roomrtc *client, person *me, char *typed, size_t *length) {
  ssize_t got = read(STDIN_FILENO, typed + *length, LINE_SIZE - 1 - *length);
  if (got <= 0) return got < 0 && errno == EINTR;
  *length += (size_t)got;
  char *end;
  while ((end = memchr(typed, '\n', *length)) != NULL) {
    *end = '\0';
    size_t used = (size_t)(end - typed) + 1;
    if (!obey(client, me, typed)) return 0;
    memmove(typed, end + 1, *length - used);
    *length -= used;
  }
  return *length < LINE_SIZE - 1;
}

static void converse(roomrtc *client, person *me) {
  static char typed[LINE_SIZE];
  size_t length = 0;
  int leaving = 0;
  while (roomrtc_process(client) == ROOMRTC_OK) {
    fflush(stdout);
    struct pollfd ends[2] = {{roomrtc_fd(client), roomrtc_wants(client), 0},
                             {me->is_in && !leaving ? STDIN_FILENO : -1, POLLIN, 0}};
    int ready = poll(ends, 2, roomrtc_timeout(client));
    if (ready > 0 && ends[1].revents != 0 && !read_commands(client, me, typed, &length)) {
      leaving = 1;
      roomrtc_close(client);
    }
  }
}

int main(int argc, char **argv) {
  person me = {0};
  roomrtc_options options;
  memset(&options, 0, sizeof options);
  if (argc < 4) {
    fprintf(stderr, "usage: %s HOST PORT USERNAME [--register] [--token] [--tls CA-FILE]\n", argv[0]);
    return 2;
  }
  options.host = argv[1];
  options.port = (uint16_t)strtoul(argv[2], NULL, 10);
  options.username = argv[3];
  options.password = getenv("ROOMRTC_SECRET");
  if (options.password == NULL) options.password = "";
  for (int i = 4; i < argc; i += 1) {
    if (strcmp(argv[i], "--register") == 0) options.make_account = 1;
    else if (strcmp(argv[i], "--token") == 0) options.token = options.password;
    else if (strcmp(argv[i], "--tls") == 0 && i + 1 < argc) options.tls = 1, options.ca_file = argv[++i];
  }
  options.on_event = on_event;
  options.context = &me;

  roomrtc *client = roomrtc_new(&options);
  if (client == NULL) {
    fprintf(stderr, "%s port %s: %s\n", argv[1], argv[2], strerror(errno));
    return 1;
  }
  converse(client, &me);
  fflush(stdout);
  roomrtc_free(client);
  return me.is_in ? 0 : 1;
}
