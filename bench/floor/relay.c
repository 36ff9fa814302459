// The floor in C: the same work as server.ts beside it, without an engine between it and the kernel. One thread, one
// epoll loop: read, cut frames by their length, find the peer, write each frame by itself. It checks nothing, merges
// nothing and looks inside nothing that it relays. It tells nobody who is Busy: the rows that use it measure the relay.
// Usage: relay; the first line of the output is the port. Whoever starts it ends it by a signal.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

// A frame: length (4 bytes, big-endian, counting the type and the payload), type (1 byte), payload (JSON).
enum { HEADER = 5 };
enum {
  LOGIN_REQUEST = 0x01,
  LOGIN_RESPONSE = 0x02,
  CALL_REQUEST = 0x08,
  CALL_NOTIFICATION = 0x09,
  CALL_RESPONSE = 0x0a,
  CALL_ACCEPTED = 0x0b,
  SDP_OFFER = 0x0d,
  SDP_ANSWER = 0x0e,
  ICE_CANDIDATE = 0x0f,
  HEARTBEAT = 0x11,
};

enum {
  MAX_CLIENTS = 1 << 16,     // by descriptor
  MAX_USERS = 1 << 20,       // by the number at the end of their name
  INPUT = 1 << 16,           // the longest frame that is read
  MAX_WAITING = 1 << 26,     // what waits for a client that does not read
  NOBODY = -1,
};

struct client {
  long user;        // its number, once it has logged in
  int peer;         // the other party of its call, by descriptor
  char *input;      // INPUT bytes, of which `filled` hold the beginning of a frame
  size_t filled;
  char *waiting;    // what the kernel has not taken yet
  size_t waiting_bytes;
};

static struct client clients[MAX_CLIENTS];
static int online[MAX_USERS];
static int poller;

static void listen_for(int fd, uint32_t events, int operation) {
  struct epoll_event event = {.events = events, .data.fd = fd};
  epoll_ctl(poller, operation, fd, &event);
}

// --- writing ---

static void keep_waiting(int fd, const char *bytes, size_t count) {
  struct client *client = &clients[fd];
  char *grown = realloc(client->waiting, client->waiting_bytes + count);
  if (grown == NULL || client->waiting_bytes + count > MAX_WAITING) exit(1);
  memcpy(grown + client->waiting_bytes, bytes, count);
  if (client->waiting_bytes == 0) listen_for(fd, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
  client->waiting = grown;
  client->waiting_bytes += count;
}

// How many bytes the kernel took. An error is seen by the read that follows it.
static size_t try_write(int fd, const char *bytes, size_t count) {
  ssize_t written = send(fd, bytes, count, MSG_NOSIGNAL);
  if (written >= 0) return (size_t)written;
  return errno == EAGAIN ? 0 : count;
}

static void write_to(int fd, const char *bytes, size_t count) {
  size_t written = clients[fd].waiting_bytes > 0 ? 0 : try_write(fd, bytes, count);
  if (written < count) keep_waiting(fd, bytes + written, count - written);
}

static void write_waiting(int fd) {
  struct client *client = &clients[fd];
  size_t written = try_write(fd, client->waiting, client->waiting_bytes);
  client->waiting_bytes -= written;
  memmove(client->waiting, client->waiting + written, client->waiting_bytes);
  if (client->waiting_bytes == 0) listen_for(fd, EPOLLIN, EPOLL_CTL_MOD);
}

static void tell(int fd, uint8_t type, const char *json) {
  char frame[HEADER + 512];
  size_t size = strlen(json);
  uint32_t length = htonl(1 + (uint32_t)size);
  memcpy(frame, &length, 4);
  frame[4] = (char)type;
  memcpy(frame + HEADER, json, size);
  write_to(fd, frame, HEADER + size);
}

// --- who is who, and whose peer is who ---

// The digits that end the string which follows `key`: names and ids end in the user's number (shared/users.ts).
static long number_after(const char *json, const char *key) {
  const char *at = strstr(json, key);
  const char *end = at == NULL ? NULL : strchr(at + strlen(key), '"');
  long user = end == NULL ? -1 : strtol(end - 12, NULL, 10);
  return user >= 0 && user < MAX_USERS ? user : -1;
}

#define ID "00000000-0000-4000-8000-%012ld"
#define NAME "user-%012ld"

static void answer(int fd, uint8_t type, const char *json) {
  struct client *client = &clients[fd];
  char text[512];
  switch (type) {
  case LOGIN_REQUEST: {
    client->user = number_after(json, "\"username\":\"");
    if (client->user < 0) return;
    online[client->user] = fd;
    snprintf(text, sizeof text, "{\"success\":true,\"user_id\":\"" ID "\",\"username\":\"" NAME "\"}", client->user,
             client->user);
    tell(fd, LOGIN_RESPONSE, text);
    return;
  }
  case CALL_REQUEST: {
    long user = number_after(json, "\"to_user_id\":\"");
    int callee = user < 0 ? NOBODY : online[user];
    if (callee == NOBODY) return;
    client->peer = callee;
    clients[callee].peer = fd;
    snprintf(text, sizeof text,
             "{\"call_id\":\"" ID "\",\"from_user_id\":\"" ID "\",\"from_username\":\"" NAME "\"}", client->user,
             client->user, client->user);
    tell(callee, CALL_NOTIFICATION, text);
    return;
  }
  case CALL_RESPONSE: {
    if (client->peer == NOBODY) return;
    long caller = clients[client->peer].user;
    snprintf(text, sizeof text,
             "{\"call_id\":\"" ID "\",\"peer_user_id\":\"" ID "\",\"peer_username\":\"" NAME "\"}", caller,
             client->user, client->user);
    tell(client->peer, CALL_ACCEPTED, text);
    return;
  }
  case HEARTBEAT:
    tell(fd, HEARTBEAT, json);
    return;
  }
}

// --- reading ---

static void handle(int fd, char *frame, size_t size) {
  uint8_t type = (uint8_t)frame[4];
  if (type == ICE_CANDIDATE || type == SDP_OFFER || type == SDP_ANSWER) {
    if (clients[fd].peer != NOBODY) write_to(clients[fd].peer, frame, size);
    return;
  }
  char json[512];
  size_t length = size - HEADER < sizeof json ? size - HEADER : sizeof json - 1;
  memcpy(json, frame + HEADER, length);
  json[length] = '\0';
  answer(fd, type, json);
}

static void leave(int fd) {
  struct client *client = &clients[fd];
  if (client->peer != NOBODY) clients[client->peer].peer = NOBODY;
  if (client->user >= 0 && online[client->user] == fd) online[client->user] = NOBODY;
  free(client->input);
  free(client->waiting);
  close(fd);
}

static void read_from(int fd) {
  struct client *client = &clients[fd];
  ssize_t count = read(fd, client->input + client->filled, INPUT - client->filled);
  if (count < 0 && errno == EAGAIN) return;
  if (count <= 0) {
    leave(fd);
    return;
  }
  client->filled += (size_t)count;
  char *at = client->input;
  size_t left = client->filled;
  while (left >= HEADER) {
    uint32_t length;
    memcpy(&length, at, 4);
    size_t size = 4 + (size_t)ntohl(length);
    if (size < HEADER || size > INPUT) {
      leave(fd);
      return;
    }
    if (size > left) break;
    handle(fd, at, size);
    at += size;
    left -= size;
  }
  memmove(client->input, at, left);
  client->filled = left;
}

// --- coming ---

static void admit(int door) {
  int fd = accept4(door, NULL, NULL, SOCK_NONBLOCK);
  if (fd < 0) return;
  char *input = malloc(INPUT);
  if (input == NULL || fd >= MAX_CLIENTS) exit(1);
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  clients[fd] = (struct client){.user = -1, .peer = NOBODY, .input = input};
  listen_for(fd, EPOLLIN, EPOLL_CTL_ADD);
}

static int open_door(void) {
  int door = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  if (bind(door, (struct sockaddr *)&address, size) != 0 || listen(door, 4096) != 0 ||
      getsockname(door, (struct sockaddr *)&address, &size) != 0) {
    perror("relay");
    exit(1);
  }
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  return door;
}

int main(void) {
  memset(online, NOBODY, sizeof online);
  poller = epoll_create1(0);
  int door = open_door();
  listen_for(door, EPOLLIN, EPOLL_CTL_ADD);
  struct epoll_event events[1024];
  for (;;) {
    int count = epoll_wait(poller, events, 1024, -1);
    // A client that left during this round is in it once at most, so no event is of one that is gone.
    for (int i = 0; i < count; i++) {
      int fd = events[i].data.fd;
      if (fd == door) {
        admit(door);
        continue;
      }
      if (events[i].events & EPOLLOUT) write_waiting(fd);
      if (events[i].events & ~EPOLLOUT) read_from(fd);
    }
  }
}
