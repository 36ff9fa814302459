/*
 * A client for roomrtc-server: login, calls, signals and resumption over TCP or TLS. C99, POSIX and OpenSSL.
 *
 * It has no thread and never blocks, apart from roomrtc_run and the look-up of a name in roomrtc_new. The program waits
 * in its own event loop:
 *
 *     struct pollfd p = { roomrtc_fd(client), roomrtc_wants(client), 0 };
 *     poll(&p, 1, roomrtc_timeout(client));
 *     roomrtc_process(client);
 *
 * A client belongs to one thread. All strings are UTF-8. Ids such as RESUME-4 are those of the rules in PROTOCOL.md and
 * docs/protocol.
 */
#ifndef ROOMRTC_H
#define ROOMRTC_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct roomrtc roomrtc;

typedef enum {
  /* The login was granted: user_id and username are one's own. Comes once. */
  ROOMRTC_LOGGED_IN = 1,
  /* A request was refused: `reason`, `message`, `about` (its type, ROOMRTC_ABOUT_*), retry_after_ms or -1. */
  ROOMRTC_REFUSED,
  /* A user, from the list or because the state has changed: user_id, username, state. */
  ROOMRTC_USER,
  /* The list that roomrtc_list asked for is complete. */
  ROOMRTC_LIST_END,
  /* The answer to roomrtc_find: user_id, username, state. */
  ROOMRTC_FOUND,
  /*
   * Somebody calls: call_id, user_id, username; sdp if the offer came with the ring; json: the metadata, or NULL;
   * by_user_id and by_username: who hands the caller over to this client, or NULL.
   */
  ROOMRTC_INCOMING,
  /* The server rings the callee: call_id, user_id, username, and duration_ms: for how long it will. */
  ROOMRTC_RINGING,
  /* The callee's client has said that it shows or sounds the call; not all say so. The same fields. */
  ROOMRTC_ALERTING,
  /*
   * The call is active: call_id, user_id, username; is_caller; sdp if the answer came with it. Not after roomrtc_accept.
   * With `replaces`, the id of the call before, which has ended with `transferred`: its other party has handed this
   * client over to user_id.
   */
  ROOMRTC_ACTIVE,
  /* call_id, sdp */
  ROOMRTC_OFFER,
  ROOMRTC_ANSWER,
  /* call_id, candidate (empty at the end of candidates), sdp_mid, sdp_mline_index */
  ROOMRTC_CANDIDATE,
  /* The other party holds or mutes: on_hold, audio_muted, video_muted, as they are now. */
  ROOMRTC_PEER_UPDATE,
  /* The other party lost its connection to the server, or is back: peer_connected. Its media may go on. */
  ROOMRTC_PEER_STATE,
  /*
   * `state` is `ringing`: a third user (user_id, username) is rung, to talk to one of the two in place of the other, for
   * duration_ms; the call goes on meanwhile. Once that user accepts, the call ends for both with reason `transferred`.
   * Or `failed`: that user is not rung any more and the call goes on; `reason`: the server's word, such as `declined`,
   * `timeout` and `hangup` (taken back). by_user_id: the party that has asked for it. call_id: of the call.
   */
  ROOMRTC_TRANSFER,
  /*
   * The call is over, not by roomrtc_hangup or roomrtc_decline: call_id, duration_ms or -1, `reason`: the server's word, or
   * `session_lost` (the session could not be resumed), `unknown_to_server` (the server was restarted and does not know the
   * call). After these two the media may still run, peer to peer.
   */
  ROOMRTC_ENDED,
  /* Somebody called while this client was away: user_id, username, reason. */
  ROOMRTC_MISSED,
  /* json: what RTCPeerConnection takes as iceServers; ttl_secs or -1. */
  ROOMRTC_ICE_SERVERS,
  /* reason: `draining` (the connection will end soon, place no new call) or `shutting_down`. */
  ROOMRTC_GOAWAY,
  /* The connection is lost (`reason`: why). The client tries to come back, and the call goes on. */
  ROOMRTC_LOST,
  /* The session goes on. What was missed follows; `count` messages were sent again. */
  ROOMRTC_RESUMED,
  /*
   * The session could not be resumed (`reason`: that of RESUME_REFUSED, of an ERROR, or `no_session`), and there is a new
   * one. The call, if there was one, has ended with `session_lost`. `count` of its messages may not have arrived.
   */
  ROOMRTC_LOGGED_IN_AGAIN,
  /* The last event. `reason`: `closed`, `unreachable`, `not_understood`, `out_of_memory` or the server's word; `message`. */
  ROOMRTC_CLOSED
} roomrtc_event_type;

typedef enum {
  ROOMRTC_ABOUT_FIND = 0x05,
  ROOMRTC_ABOUT_CALL = 0x08,
  ROOMRTC_ABOUT_RESPONSE = 0x0A,
  ROOMRTC_ABOUT_OFFER = 0x0D,
  ROOMRTC_ABOUT_ANSWER = 0x0E,
  ROOMRTC_ABOUT_CANDIDATE = 0x0F,
  ROOMRTC_ABOUT_HANGUP = 0x10,
  ROOMRTC_ABOUT_UPDATE = 0x27,
  ROOMRTC_ABOUT_TRANSFER = 0x49
} roomrtc_about;

/* What happened. Strings live until the callback returns; those that the event does not have are NULL. */
typedef struct {
  roomrtc_event_type type;
  const char *call_id;
  const char *user_id;
  const char *username;
  const char *by_user_id;
  const char *by_username;
  const char *replaces;
  /* Of a user: Disconnected, Available or Busy. Of a transfer: ringing or failed. */
  const char *state;
  const char *reason;
  /* A sentence for people. */
  const char *message;
  const char *sdp;
  const char *candidate;
  const char *sdp_mid;
  uint32_t sdp_mline_index;
  const char *json;
  int64_t duration_ms;
  int64_t retry_after_ms;
  int64_t ttl_secs;
  int about;
  int count;
  int is_caller;
  int on_hold;
  int audio_muted;
  int video_muted;
  int peer_connected;
} roomrtc_event;

/*
 * Is called by roomrtc_process only. It may call everything here but roomrtc_process, roomrtc_run and roomrtc_free.
 */
typedef void (*roomrtc_callback)(roomrtc *client, const roomrtc_event *event, void *context);

/* Zero what is not needed. Strings are copied. */
typedef struct {
  /* Name or address. A name is looked up in roomrtc_new, which may block; with `address` nothing is looked up. */
  const char *host;
  /* A numeric address to connect to in place of what `host` resolves to. */
  const char *address;
  uint16_t port;
  /* Nonzero: TLS 1.2 or newer. The certificate must be for `host`. */
  int tls;
  /* With TLS: a PEM file with the certificates to trust; NULL for those of the system. */
  const char *ca_file;
  /* Either a name and a password, or a token. */
  const char *username;
  const char *password;
  const char *token;
  /* Nonzero: make the account before the first login. */
  int make_account;
  /* Shown in the server's log; NULL for a default. */
  const char *client_name;
  /* For the connection and for each answer: 10000 if 0. */
  int deadline_ms;
  /* For how long a lost connection is tried to be made again: 300000 if 0. */
  int reconnect_for_ms;
  roomrtc_callback on_event;
  void *context;
} roomrtc_options;

enum {
  ROOMRTC_OK = 0,
  /* There is no session yet, or no call in the state that this needs. */
  ROOMRTC_E_STATE = -1,
  /* More waits for the server than is kept: 1000 messages, 8 MiB. */
  ROOMRTC_E_FULL = -2,
  ROOMRTC_E_MEMORY = -3,
  /* An argument that cannot be sent. */
  ROOMRTC_E_ARGUMENT = -4,
  ROOMRTC_E_CLOSED = -5
};

/* Begins to connect. NULL with errno set if the options are no good (EINVAL), the name is not found (ENOENT), or for want of memory. */
roomrtc *roomrtc_new(const roomrtc_options *options);

/* Ends everything at once, without a word to the server. */
void roomrtc_free(roomrtc *client);

/* The socket, or -1 between two connections. May be another one after each roomrtc_process. */
int roomrtc_fd(const roomrtc *client);

/* What to poll the socket for: POLLIN, POLLOUT or both. */
short roomrtc_wants(const roomrtc *client);

/* Milliseconds after which roomrtc_process must be called at the latest; -1: never. */
int roomrtc_timeout(const roomrtc *client);

/* Does what can be done now. To be called when the socket is ready or the timeout is over; harmless at any time. ROOMRTC_E_CLOSED when it is over. */
int roomrtc_process(roomrtc *client);

/* For programs without an event loop: waits and processes for that time, or until it is closed (ROOMRTC_E_CLOSED). */
int roomrtc_run(roomrtc *client, int milliseconds);

/* One's own id, or NULL before the login. */
const char *roomrtc_user_id(const roomrtc *client);

/* Asks for all users: ROOMRTC_USER for each, those online first, then ROOMRTC_LIST_END. */
int roomrtc_list(roomrtc *client);

/* Looks for somebody to call: ROOMRTC_FOUND, or ROOMRTC_REFUSED with `user_not_found`. One search at a time. */
int roomrtc_find(roomrtc *client, const char *username);

/*
 * Calls. `sdp`: an offer that goes with the ring; `metadata`: a JSON object; either may be NULL. ROOMRTC_RINGING or
 * ROOMRTC_REFUSED follows. To call who is calling here is to accept: ROOMRTC_ACTIVE follows.
 */
int roomrtc_call(roomrtc *client, const char *user_id, const char *sdp, const char *metadata);

/* Of a call that rings here. `sdp`: the answer to an offer that came with the ring, or NULL. */
int roomrtc_accept(roomrtc *client, const char *sdp);
int roomrtc_decline(roomrtc *client);

/* Ends the call, whatever its state; cancels it also before ROOMRTC_RINGING has come. */
int roomrtc_hangup(roomrtc *client);

/* 1 or 0; -1 leaves it as it is. */
int roomrtc_update(roomrtc *client, int on_hold, int audio_muted, int video_muted);

/*
 * Hands the other party of an active call over to a third user, who is rung: ROOMRTC_TRANSFER or ROOMRTC_REFUSED follows.
 * While that user is rung, either party takes it back by roomrtc_cancel_transfer; ROOMRTC_TRANSFER follows.
 */
int roomrtc_transfer(roomrtc *client, const char *user_id);
int roomrtc_cancel_transfer(roomrtc *client);

int roomrtc_offer(roomrtc *client, const char *sdp);
int roomrtc_answer(roomrtc *client, const char *sdp);

/* Before the call is active it waits here. */
int roomrtc_candidate(roomrtc *client, const char *candidate, const char *sdp_mid, uint32_t sdp_mline_index);

/* Logs out and closes; ROOMRTC_CLOSED follows, within two seconds. */
void roomrtc_close(roomrtc *client);

/* Ends the connection as a network does that fails, for tests. The client comes back by itself. */
void roomrtc_cut(roomrtc *client);

#ifdef __cplusplus
}
#endif

#endif
