"""A client for roomrtc-server: accounts, presence, calls and their signals over TCP or TLS.

One module, asyncio, nothing but the standard library; Python 3.10 or newer. The wire is described in PROTOCOL.md and
docs/protocol; ids such as RESUME-4 below are those of its rules.

    async with roomrtc.Client("127.0.0.1", 8080) as client:
        await client.login("alice", "a password")
        call = await client.call(await client.find("bob"))
        call.send_offer(sdp)
        async for event in call.events: ...

A lost connection is made again, and the session goes on: nothing is lost and nothing comes twice. Where the session is
gone, the client logs in again, and `LoggedInAgain` says what was lost. All methods belong to the thread of the event loop.
Passwords, tokens, descriptions and candidates are never logged.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import random
import ssl as _ssl
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from types import MappingProxyType, TracebackType
from typing import Any, Dict, Final, Generic, List, Literal, Optional, Tuple, TypeVar, Union, cast

__all__ = [
    "Answer", "Call", "CallEnded", "CallRefused", "Candidate", "Client", "ClientClosed", "ClientEvent", "Closed",
    "Active", "CallEvent", "ConnectionLost", "DeadlineExceeded", "Ended", "Events", "EventsLost", "GoAway",
    "IceServers", "LoggedInAgain", "LoginRefused", "Lost", "MissedCall", "Offer", "PeerConnection", "ProtocolFault",
    "QueueFull", "Refused", "RegisterRefused", "Resumed", "Ringing", "RoomRTCError", "Side", "SideChanged",
    "SignalRefused", "TransferFailed", "TransferRinging", "User", "UserChanged", "native_digest",
]

MAX_FRAME: Final = 1_048_576
PROTOCOL: Final = 1
CAPABILITIES: Final = ("resume", "call_control", "ice_servers", "goaway", "account")
"""What is waited for longer than this is given up, unless another deadline is given. Seconds."""
DEADLINE: Final = 10.0
FIRST_RETRY: Final = 0.25
LAST_RETRY: Final = 15.0
"""How long `close` waits for a new connection on which it can log out."""
LAST_WORD: Final = 2.0
MAX_KEPT: Final = 1000
MAX_KEPT_BYTES: Final = 8 * MAX_FRAME
MAX_UNSENT_BYTES: Final = 4 * MAX_FRAME
"""How often a message is sent again that the server did not hear because of its rates."""
MAX_REPEATS: Final = 6
"""After messages of calls that fill this part of the server's outbox, a heartbeat lets both ends forget them."""
PART_OF_OUTBOX: Final = 16

_log = logging.getLogger("roomrtc")

Json = Dict[str, object]
UserState = Literal["Disconnected", "Available", "Busy"]
CallState = Literal["calling", "ringing-out", "ringing-in", "active", "ended"]
Role = Literal["caller", "callee"]
TokenSource = Callable[[], Awaitable[str]]
T = TypeVar("T")


class _Type(IntEnum):
    LOGIN_REQUEST = 0x01
    LOGIN_RESPONSE = 0x02
    REGISTER_REQUEST = 0x03
    REGISTER_RESPONSE = 0x04
    USER_LIST_REQUEST = 0x05
    USER_LIST_RESPONSE = 0x06
    USER_STATE_UPDATE = 0x07
    CALL_REQUEST = 0x08
    CALL_NOTIFICATION = 0x09
    CALL_RESPONSE = 0x0A
    CALL_ACCEPTED = 0x0B
    CALL_DECLINED = 0x0C
    SDP_OFFER = 0x0D
    SDP_ANSWER = 0x0E
    ICE_CANDIDATE = 0x0F
    HANGUP = 0x10
    HEARTBEAT = 0x11
    ERROR = 0x12
    LOGOUT_REQUEST = 0x13
    LOGOUT_RESPONSE = 0x14
    HELLO = 0x20
    WELCOME = 0x21
    RESUME = 0x22
    RESUMED = 0x23
    RESUME_REFUSED = 0x24
    PEER_STATE = 0x25
    RINGING = 0x26
    CALL_UPDATE = 0x27
    CALL_ALERTING = 0x48
    CALL_TRANSFER = 0x49
    ICE_SERVERS_REQUEST = 0x28
    ICE_SERVERS = 0x29
    GOAWAY = 0x2A
    CHANGE_PASSWORD = 0x2B
    PASSWORD_CHANGED = 0x2C
    DELETE_ACCOUNT = 0x2D
    ACCOUNT_DELETED = 0x2E


_NAMES: Final = {int(member): member.name for member in _Type}

# After these words the session is another's or nobody's: who reconnects without asking the person fights with them.
_OVER: Final = frozenset({
    "session_replaced", "session_resumed", "session_ended_by_administrator", "account_changed", "logged_out_elsewhere",
})

# A refusal of a login that may be granted a little later.
_PASSING: Final = frozenset({
    "overloaded", "storage_unavailable", "too_many_attempts", "rate_limited", "session_exists", "server_full",
    "too_many_connections", "address_banned", "crowded_out", "flooding", "internal", "shutting_down",
})


class RoomRTCError(Exception):
    """The base of all that this module raises, apart from ValueError for arguments and OSError from `connect`."""


class DeadlineExceeded(RoomRTCError):
    """What was waited for did not come in time."""


class ConnectionLost(RoomRTCError):
    """The connection ended before the answer. The request may have been carried out or not."""


class ProtocolFault(RoomRTCError):
    """The server sent what this client does not understand."""


class QueueFull(RoomRTCError):
    """More waits for the server than is kept; nothing of this message was kept."""


class EventsLost(RoomRTCError):
    """Events were not read in time, and the oldest `count` of them are gone. The state of the call is right all the same."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} events were not read in time and are lost")
        self.count = count


class Closed(RoomRTCError):
    """The client has ended for good. `reason`: `closed`, a word of the server, or `unreachable`."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the client is closed: {reason}")
        self.reason = reason


class CallEnded(RoomRTCError):
    """The call is over, so nothing can be sent in it. `reason` as in `Ended`."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the call is over: {reason}")
        self.reason = reason


class Refused(RoomRTCError):
    """The server said no. `reason` is a word of PROTOCOL.md's table, to be compared; the text is for people."""

    def __init__(self, reason: str, message: str, retry_after: Optional[float] = None) -> None:
        super().__init__(f"{message} ({reason})")
        self.reason = reason
        self.message = message
        self.retry_after = retry_after
        """Seconds, where the server said when to try again."""


class LoginRefused(Refused):
    """`invalid_credentials`, `account_disabled`, `expired_token`, `invalid_token`, `too_many_attempts` and others."""


class RegisterRefused(Refused):
    """`username_taken`, `username_taken_lookalike`, `invalid_username` and others."""


class CallRefused(Refused):
    """`user_not_found`, `user_unavailable`, `callee_busy`, `caller_busy`, `cannot_call_self`, `draining` and others."""


@dataclass(frozen=True)
class User:
    user_id: str
    username: str
    state: UserState = "Disconnected"


@dataclass(frozen=True)
class Side:
    """What a party of a call does to it."""

    on_hold: bool = False
    audio_muted: bool = False
    video_muted: bool = False


@dataclass(frozen=True)
class Ringing:
    """The server rings the callee, and will for `expires_in_ms`. Comes again when that client says that it alerts."""

    expires_in_ms: int
    alerting: bool = False


@dataclass(frozen=True)
class Active:
    """The call was accepted. The caller sends the offer now, unless it came with the ring."""

    role: Role


@dataclass(frozen=True)
class Offer:
    sdp: str = field(repr=False)


@dataclass(frozen=True)
class Answer:
    sdp: str = field(repr=False)


@dataclass(frozen=True)
class Candidate:
    """Empty at the end of candidates."""

    candidate: str = field(repr=False)
    sdp_mid: str
    sdp_mline_index: int


@dataclass(frozen=True)
class SideChanged:
    """The other party held the call or went on, muted or unmuted."""

    peer: Side


@dataclass(frozen=True)
class PeerConnection:
    """The other party lost its connection to the server, or is back. Its media may go on."""

    connected: bool


@dataclass(frozen=True)
class SignalRefused:
    """The server did not pass on what was sent. `message`: its name, such as `SDP_OFFER`."""

    message: str
    reason: str


@dataclass(frozen=True)
class TransferRinging:
    """A third user is rung, to talk to one of the two in place of the other. The call goes on meanwhile.

    `by`: the `user_id` of the party that asked for it. Once the third user accepts, the call has ended for both with
    reason `transferred`.
    """

    to: User
    by: str
    expires_in_ms: int


@dataclass(frozen=True)
class TransferFailed:
    """The third user is not rung, or not any more, and the call goes on.

    `reason` is the server's word, such as `declined`, `timeout`, `hangup` (taken back), `callee_busy` and
    `cannot_be_transferred`.
    """

    to: User
    by: str
    reason: str


@dataclass(frozen=True)
class Ended:
    """The last event of a call.

    `reason` is the server's word, or one of ours: `hangup` (this side), `declined` (this side), `cancelled` (this side),
    `session_lost` (this client's session could not be resumed) and `unknown_to_server` (the server was restarted and
    does not know the call any more). After these two the media may still run, peer to peer.
    """

    reason: str
    duration_ms: Optional[int] = None


CallEvent = Union[
    Ringing, Active, Offer, Answer, Candidate, SideChanged, PeerConnection, SignalRefused, TransferRinging,
    TransferFailed, Ended,
]


@dataclass(frozen=True)
class UserChanged:
    user: User


@dataclass(frozen=True)
class MissedCall:
    """Somebody called, and it was over before this client could be rung."""

    caller: User
    reason: str


@dataclass(frozen=True)
class IceServers:
    """`servers` is what RTCPeerConnection takes as `iceServers`, with credentials for `ttl_secs`."""

    servers: Tuple[Mapping[str, object], ...] = field(repr=False)
    ttl_secs: Optional[int]


@dataclass(frozen=True)
class GoAway:
    """`draining`: this connection will end soon, place no new call. `shutting_down`: it ends now."""

    reason: str
    reconnect_after_ms: int


@dataclass(frozen=True)
class Lost:
    """The connection is lost. The client tries to come back, and the call goes on."""

    why: str


@dataclass(frozen=True)
class Resumed:
    """The session goes on: what was missed follows, and what had not arrived was sent again."""

    replayed: int
    repeated: int


@dataclass(frozen=True)
class LoggedInAgain:
    """The session could not be resumed, and there is a new one.

    `why` is the reason of RESUME_REFUSED (RESUME-16 says what became of the call) or of an ERROR, or `no_session` where
    resumption was not agreed on. `call` was lost with it: what the other party was told depends on `why`. `unconfirmed`
    messages of that call were sent or kept, and may not have arrived.
    """

    why: str
    call: Optional["Call"]
    unconfirmed: int


@dataclass(frozen=True)
class ClientClosed:
    """The last event of a client. `reason` as in `Closed`."""

    reason: str


ClientEvent = Union[
    UserChanged, MissedCall, IceServers, GoAway, Lost, Resumed, LoggedInAgain, ClientClosed
]


def native_digest(password: str) -> str:
    """What native clients send as `password_hash` (AUTH-6)."""
    h = 0
    for byte in password.encode():
        h = (h * 31 + byte) & 0xFFFF_FFFF_FFFF_FFFF
    return f"{h:x}"


class Events(Generic[T]):
    """A bounded line of events for one reader: `async for`, or `next` with a deadline.

    Where the reader does not keep up, the oldest go, and the next read raises EventsLost once. Iteration stops after the
    last event.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._items: deque[T] = deque()
        self._lost = 0
        self._over: Optional[str] = None
        self._changed = asyncio.Event()

    def _put(self, item: T) -> None:
        if self._over is not None:
            return
        if len(self._items) >= self._limit:
            self._items.popleft()
            self._lost += 1
        self._items.append(item)
        self._changed.set()

    def _end(self, reason: str) -> None:
        if self._over is None:
            self._over = reason
            self._changed.set()

    async def next(self, deadline: Optional[float] = DEADLINE) -> T:
        """The next event. Raises DeadlineExceeded after `deadline` seconds (None: waits), Closed after the last one."""
        until = None if deadline is None else time.monotonic() + deadline
        while True:
            if self._lost:
                lost, self._lost = self._lost, 0
                raise EventsLost(lost)
            if self._items:
                return self._items.popleft()
            if self._over is not None:
                raise Closed(self._over)
            self._changed.clear()
            rest = None if until is None else until - time.monotonic()
            try:
                await asyncio.wait_for(self._changed.wait(), rest)
            except asyncio.TimeoutError:
                raise DeadlineExceeded(f"no event within {deadline} s") from None

    def __aiter__(self) -> AsyncIterator[T]:
        return self

    async def __anext__(self) -> T:
        try:
            return await self.next(None)
        except Closed:
            raise StopAsyncIteration from None


def _text(payload: Json, key: str) -> str:
    value = payload.get(key)
    if not isinstance(value, str):
        raise ProtocolFault(f"the server's field {key} is no string")
    return value


def _integer(payload: Json, key: str, default: Optional[int] = None) -> int:
    value = payload.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ProtocolFault(f"the server's field {key} is no integer")
    return value


def _optional_text(payload: Json, key: str) -> Optional[str]:
    return _text(payload, key) if payload.get(key) is not None else None


def _optional_integer(payload: Json, key: str) -> Optional[int]:
    return _integer(payload, key) if payload.get(key) is not None else None


def _object(value: object, what: str) -> Json:
    if not isinstance(value, dict):
        raise ProtocolFault(f"the server's {what} is no object")
    return cast(Json, value)


def _objects(payload: Json, key: str) -> List[Json]:
    value = payload.get(key)
    if not isinstance(value, list):
        raise ProtocolFault(f"the server's field {key} is no array")
    return [_object(item, key) for item in value]


def _user(payload: Json) -> User:
    state = _text(payload, "state")
    if state not in ("Disconnected", "Available", "Busy"):
        raise ProtocolFault("the server names a state of a user that does not exist")
    return User(_text(payload, "user_id"), _text(payload, "username"), cast(UserState, state))


def _side(side: Side, payload: Json) -> Side:
    def said(key: str, before: bool) -> bool:
        value = payload.get(key, before)
        if not isinstance(value, bool):
            raise ProtocolFault(f"the server's field {key} is no boolean")
        return value

    return Side(
        said("on_hold", side.on_hold),
        said("audio_muted", side.audio_muted),
        said("video_muted", side.video_muted),
    )


def _encode(kind: int, payload: Json) -> bytes:
    """A frame: length, type, JSON. Raises ValueError for what cannot be sent."""
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    if len(body) + 1 > MAX_FRAME:
        raise ValueError(f"{_NAMES[kind]} has {len(body)} bytes, more than a frame may have")
    return (len(body) + 1).to_bytes(4, "big") + bytes((kind,)) + body


@dataclass
class _Waiting(Generic[T]):
    expected: Tuple[int, ...]
    read: Callable[[int, Json], T]
    answer: "asyncio.Future[T]"


class _Line:
    """One connection. What is asked on it is answered on it, or not at all."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        take: Callable[["_Line", int, Json], bool],
        next_id: Callable[[], str],
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._take = take
        self._next_id = next_id
        self._asked: Dict[str, _Waiting[object]] = {}
        self.why: Optional[str] = None
        """The server's last word, or what the network said; None while the connection is up."""
        self.said: Optional[Refused] = None
        self.fault: Optional[ProtocolFault] = None
        self.ended = asyncio.Event()
        self.heartbeat_due = asyncio.Event()
        self._reading = asyncio.get_running_loop().create_task(self._read())

    def send(self, kind: int, payload: Json) -> None:
        self.write(kind, _encode(kind, payload))

    def write(self, kind: int, frame: bytes) -> None:
        if self.why is not None:
            return
        _log.debug("sent %s", _NAMES[kind])
        self._writer.write(frame)
        if self._writer.transport.get_write_buffer_size() > MAX_UNSENT_BYTES:
            self.cut("the server does not read")

    async def ask(
        self, kind: int, payload: Json, expected: Tuple[int, ...], read: Callable[[int, Json], T], deadline: float
    ) -> T:
        """`read` is given the answer in the moment of its arrival, before all that comes after it. ERROR raises Refused."""
        if self.why is not None:
            raise ConnectionLost(self.why)
        request_id = self._next_id()
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._asked[request_id] = cast(_Waiting[object], _Waiting(expected, read, future))
        try:
            self.send(kind, {**payload, "request_id": request_id})
            return await asyncio.wait_for(future, deadline)
        except asyncio.TimeoutError:
            raise DeadlineExceeded(f"no answer to {_NAMES[kind]} within {deadline} s") from None
        finally:
            self._asked.pop(request_id, None)

    def cut(self, why: str) -> None:
        """Ends the connection at once and without a word."""
        self._end(why)
        self._writer.transport.abort()

    async def close(self) -> None:
        """Sends what is still to be sent, and closes."""
        self._end("closed")
        with contextlib.suppress(Exception):
            self._writer.close()
            await asyncio.wait_for(self._writer.wait_closed(), 1)
        self._writer.transport.abort()

    def _end(self, why: str) -> None:
        if self.why is not None:
            return
        self.why = why
        for waiting in self._asked.values():
            if not waiting.answer.done():
                waiting.answer.set_exception(self.said or ConnectionLost(why))
        self._reading.cancel()
        self.heartbeat_due.set()
        self.ended.set()

    async def _read(self) -> None:
        try:
            while self.why is None:
                length = int.from_bytes(await self._reader.readexactly(4), "big")
                if not 1 <= length <= MAX_FRAME:
                    raise ProtocolFault(f"the server announces a frame of {length} bytes")
                frame = await self._reader.readexactly(length)
                self._deliver(frame[0], frame[1:])
        except asyncio.IncompleteReadError:
            self.cut(self.said.reason if self.said else "the server has closed the connection")
        except OSError as error:
            self.cut(self.said.reason if self.said else str(error))
        except ProtocolFault as fault:
            self.fault = fault
            self.cut(str(fault))
        except Exception:
            # A fault of this module: the message counts as handled, and the session goes on.
            _log.exception("a message could not be handled")
            self.cut("a message could not be handled")

    def _deliver(self, kind: int, body: bytes) -> None:
        if kind not in _NAMES:
            return
        try:
            payload = _object(json.loads(body.decode()), _NAMES[kind])
        except (ValueError, RecursionError):
            raise ProtocolFault(f"the server's {_NAMES[kind]} cannot be read") from None
        _log.debug("received %s", _NAMES[kind])
        if kind == _Type.ERROR and payload.get("in_reply_to") is None:
            self.said = _refused(Refused, payload)
        if not self._take(self, kind, payload):
            return
        waiting = self._asked.get(_optional_text(payload, "request_id") or "")
        if waiting is None or waiting.answer.done():
            return
        if kind in waiting.expected:
            try:
                waiting.answer.set_result(waiting.read(kind, payload))
            except Refused as refused:
                waiting.answer.set_exception(refused)
        elif kind == _Type.ERROR:
            waiting.answer.set_exception(_refused(Refused, payload))
        else:
            raise ProtocolFault(f"the server answers with {_NAMES[kind]}")


R = TypeVar("R", bound=Refused)


def _refused(kind: Callable[[str, str, Optional[float]], R], payload: Json) -> R:
    retry = _optional_integer(payload, "retry_after_ms")
    message = _optional_text(payload, "message") or _optional_text(payload, "error") or ""
    return kind(_text(payload, "reason"), message, None if retry is None else retry / 1000)


@dataclass
class _Sent:
    kind: int
    frame: bytes
    payload: Json
    repeats: int = 0


class _Session:
    """What outlives a connection: the token, and the messages that may have to be sent again (RESUME-4)."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.handled = 0
        self._kept: deque[_Sent] = deque()
        self._bytes = 0
        self._first = 0
        """How many messages of calls were sent and are known to have arrived."""

    @property
    def position(self) -> int:
        return self._first + len(self._kept)

    @property
    def unconfirmed(self) -> int:
        return len(self._kept)

    def keep(self, sent: _Sent) -> None:
        if len(self._kept) >= MAX_KEPT or self._bytes + len(sent.frame) > MAX_KEPT_BYTES:
            raise QueueFull(f"{len(self._kept)} messages wait to be received by the server already")
        self._kept.append(sent)
        self._bytes += len(sent.frame)

    def forget(self, position: int) -> None:
        while self._kept and self._first < position:
            self._bytes -= len(self._kept.popleft().frame)
            self._first += 1

    def knows(self, position: int) -> bool:
        return self._first <= position <= self.position

    def missing(self) -> List[_Sent]:
        return list(self._kept)

    def find(self, request_id: str) -> Optional[_Sent]:
        return next((sent for sent in self._kept if sent.payload.get("request_id") == request_id), None)


class Call:
    """A call with one user. Made by `Client.call`, or taken from `Client.calls`."""

    def __init__(self, client: "Client", peer: User, role: Role, state: CallState, limit: int) -> None:
        self._client = client
        self.peer: User = peer
        self.role: Role = role
        """Who calls and who is called. Of two who call each other at once, one becomes the callee (CALL-15)."""
        self.state: CallState = state
        self.call_id: Optional[str] = None
        """Known from RINGING on."""
        self.alerting = False
        """The callee's client has said that it shows or sounds the call. Not all clients say so."""
        self.metadata: Mapping[str, object] = {}
        """What the caller sent with the ring."""
        self.transferred_by: Optional[User] = None
        """Who hands the caller over to this client."""
        self.replaces: Optional[str] = None
        """The `call_id` of the call before, where its other party has handed this client over."""
        self.transferring: Optional[TransferRinging] = None
        """While a third user is rung for this call."""
        self.own = Side()
        self.other = Side()
        self.peer_connected = True
        self.reason: Optional[str] = None
        """Why it has ended, once it has: as in `Ended`."""
        self.duration_ms: Optional[int] = None
        """How long it was active, without holds; the server tells it to the one who did not hang up."""
        self.events: Events[CallEvent] = Events(limit)
        self._waiting: deque[Tuple[int, Json]] = deque()
        self._transfer_id = ""
        """Of the call that rings at the third user."""
        self._confirmed = False
        self._changed = asyncio.Event()

    async def wait_active(self, deadline: float = 60.0) -> None:
        """Until it is accepted. Raises CallEnded if it is over before, or DeadlineExceeded."""
        until = time.monotonic() + deadline
        while self.state != "active":
            if self.state == "ended":
                raise CallEnded(self.reason or "")
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), until - time.monotonic())
            except asyncio.TimeoutError:
                raise DeadlineExceeded(f"the call was not accepted within {deadline} s") from None

    def accept(self, sdp: Optional[str] = None) -> None:
        """Of a call that rings here; `sdp`: the answer, where the ring had an offer. Raises CallEnded if it is over.

        Whether it is over meanwhile is told by an event.
        """
        if self.state == "active":
            return
        self._must_be("ringing-in")
        payload: Json = {"call_id": self._id, "accepted": True}
        self._client._send_of_call(_Type.CALL_RESPONSE, payload if sdp is None else {**payload, "sdp": sdp})
        self._become_active("callee")

    def decline(self) -> None:
        """Of a call that rings here."""
        self._must_be("ringing-in")
        self._client._send_of_call(_Type.CALL_RESPONSE, {"call_id": self._id, "accepted": False})
        self._finish("declined")

    def cancel(self) -> None:
        """Of a call that rings at the other party, also before it is known to ring. The same as `hangup`."""
        self.hangup()

    def hangup(self) -> None:
        """Ends it, whatever its state. Does nothing if it is over."""
        if self.state == "ended":
            return
        # Without an id there is nothing to say yet: the client hangs up when RINGING brings it.
        if self.call_id is not None:
            self._client._send_of_call(_Type.HANGUP, {"call_id": self.call_id})
        self._finish("hangup" if self.state == "active" else "cancelled")

    def hold(self, on: bool = True) -> None:
        self._update(replace(self.own, on_hold=on), on_hold=on)

    def mute(self, audio: Optional[bool] = None, video: Optional[bool] = None) -> None:
        """Tells the other party what is muted here; to mute the media itself is up to the program."""
        changes = {key: on for key, on in (("audio_muted", audio), ("video_muted", video)) if on is not None}
        if changes:
            self._update(replace(self.own, **changes), **changes)

    def transfer(self, user: Union[User, str]) -> None:
        """Hands the other party over to a third user (or `user_id`), who is rung. Needs `call_control`.

        `TransferRinging` or `TransferFailed` follows.
        """
        self._must_be("active")
        to = user.user_id if isinstance(user, User) else user
        self._client._send_of_call(_Type.CALL_TRANSFER, {"call_id": self._id, "to_user_id": to})

    def cancel_transfer(self) -> None:
        """Takes it back; either party may. `TransferFailed` follows. Does nothing while nobody is rung."""
        if self.transferring is not None:
            self._client._send_of_call(_Type.HANGUP, {"call_id": self._transfer_id})

    def send_offer(self, sdp: str) -> None:
        self._signal(_Type.SDP_OFFER, {"sdp": sdp})

    def send_answer(self, sdp: str) -> None:
        self._signal(_Type.SDP_ANSWER, {"sdp": sdp})

    def send_candidate(self, candidate: str, sdp_mid: str, sdp_mline_index: int) -> None:
        """Before the call is active it waits here."""
        payload: Json = {"candidate": candidate, "sdp_mid": sdp_mid, "sdp_mline_index": sdp_mline_index}
        if self.state in ("calling", "ringing-out", "ringing-in"):
            if len(self._waiting) >= MAX_KEPT:
                raise QueueFull(f"{len(self._waiting)} candidates wait for the call to be accepted already")
            self._waiting.append((_Type.ICE_CANDIDATE, payload))
        else:
            self._signal(_Type.ICE_CANDIDATE, payload)

    @property
    def _id(self) -> str:
        return self.call_id or ""

    def _must_be(self, state: CallState) -> None:
        if self.state == "ended":
            raise CallEnded(self.reason or "")
        if self.state != state:
            raise ValueError(f"the call is {self.state}, not {state}")

    def _update(self, own: Side, **changes: bool) -> None:
        self._must_be("active")
        self._client._send_of_call(_Type.CALL_UPDATE, {"call_id": self._id, **changes})
        self.own = own

    def _signal(self, kind: int, payload: Json) -> None:
        self._must_be("active")
        about: Json = {"call_id": self._id, "to_user_id": self.peer.user_id}
        self._client._send_of_call(kind, {**about, **payload})

    def _become_active(self, role: Role) -> None:
        self.role = role
        self.state = "active"
        self._changed.set()
        self.events._put(Active(role))
        while self._waiting:
            self._signal(*self._waiting.popleft())

    def _finish(self, reason: str, duration_ms: Optional[int] = None) -> None:
        if self.state == "ended":
            return
        self.state = "ended"
        self.reason = reason
        self.duration_ms = duration_ms
        self.transferring = None
        self._waiting.clear()
        self._changed.set()
        self.events._put(Ended(reason, duration_ms))
        self.events._end(reason)
        self._client._forget_call(self)


@dataclass(frozen=True)
class _Credentials:
    username: str
    digest: str = field(repr=False)

    async def payload(self) -> Json:
        return {"username": self.username, "password_hash": self.digest}


@dataclass(frozen=True)
class _Token:
    source: TokenSource = field(repr=False)

    async def payload(self) -> Json:
        return {"token": await self.source()}


class Client:
    """One user of one server, over one connection after another.

    `tls`: True for the system's trusted certificates, or a context of one's own; the certificate must be for `host`.
    `deadline`: seconds that the connection or an answer may take. `reconnect_for`: seconds for which a lost connection
    is tried to be made again; after them the client is closed with reason `unreachable`. `name` is shown in the
    server's log. At most `max_users` users are kept in `users`, those who are online first.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        tls: Union[bool, _ssl.SSLContext] = False,
        deadline: float = DEADLINE,
        reconnect_for: float = 300.0,
        name: str = "roomrtc-python",
        max_events: int = MAX_KEPT,
        max_users: int = 10_000,
    ) -> None:
        self._host = host
        self._port = port
        self._tls = _ssl.create_default_context() if tls is True else tls or None
        self._deadline = deadline
        self._reconnect_for = reconnect_for
        self._name = name
        self._max_events = max_events
        self._max_users = max_users
        self.events: Events[ClientEvent] = Events(max_events)
        self.calls: Events[Call] = Events(max_events)
        """Calls that ring here, and those that this client was handed over to, which are active and have `replaces`."""
        self.user_id: Optional[str] = None
        """Of oneself; None while not logged in."""
        self.username: Optional[str] = None
        self.ice_servers: Optional[IceServers] = None
        """The latest that the server has told."""
        self.capabilities: Tuple[str, ...] = ()
        """Those agreed on with the server."""
        self.limits: Mapping[str, int] = {}
        """The server's, as in WELCOME."""
        self._users: Dict[str, User] = {}
        self.users: Mapping[str, User] = MappingProxyType(self._users)
        """By `user_id`, live: kept true by the server's news. Includes oneself."""
        self._line: Optional[_Line] = None
        self._session: Optional[_Session] = None
        self._login: Union[_Credentials, _Token, None] = None
        self._call: Optional[Call] = None
        self._calling: Dict[str, Tuple[Call, "asyncio.Future[None]"]] = {}
        """Calls that were asked for and have no id yet, by the id of the request."""
        self._transferred: Optional[str] = None
        """The `call_id` of the last call that has ended by a transfer."""
        self._requests = 0
        self._since_heartbeat = 0
        self._go_away: Optional[GoAway] = None
        self._resumed_call: Optional[Json] = None
        self._up = asyncio.Event()
        """There is a session on the present connection."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._timers: set[asyncio.TimerHandle] = set()
        self._over: Optional[str] = None

    async def __aenter__(self) -> "Client":
        await self.connect()
        return self

    async def __aexit__(
        self, kind: Optional[type], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        await self.close()

    async def connect(self) -> None:
        """Connects and says HELLO. Raises OSError (ssl.SSLError is one), DeadlineExceeded or Refused."""
        if self._line is not None or self._over is not None:
            raise RoomRTCError("a client connects once")
        self._line = await self._open()
        self._start(self._look_after())

    @property
    def call_now(self) -> Optional[Call]:
        """The call that is on, ringing or active. There is one at most."""
        return self._call

    @property
    def connected(self) -> bool:
        return self._line is not None and self._line.why is None

    async def register(self, username: str, password: str) -> str:
        """Makes an account, and does not log in. Gives its `user_id`; raises RegisterRefused."""

        def read(_: int, payload: Json) -> str:
            if payload.get("success") is not True:
                raise _refused(RegisterRefused, payload)
            return _text(payload, "user_id")

        asked: Json = {"username": username, "password_hash": native_digest(password)}
        try:
            return await self._ask(_Type.REGISTER_REQUEST, asked, _Type.REGISTER_RESPONSE, read)
        except Refused as refused:
            raise RegisterRefused(refused.reason, refused.message, refused.retry_after) from None

    async def login(self, username: str, password: str) -> str:
        """Gives one's `user_id`, and fills `users`. Raises LoginRefused. The digest of the password is kept for later logins."""
        return await self._first_login(_Credentials(username, native_digest(password)))

    async def login_with_token(self, token: Union[str, TokenSource]) -> str:
        """With a token in place of a password. A function is asked for a fresh one at each login."""

        async def same() -> str:
            return str(token)

        return await self._first_login(_Token(token if callable(token) else same))

    async def find(self, username: str) -> User:
        """The user of that name, as the server knows it. Raises Refused with `user_not_found`."""
        for user in await self.list_users(query=username, limit=1, state="Available"):
            if user.username == username:
                return user
        cursor: Optional[str] = None
        while True:
            users, cursor = await self._page({"query": username, **({"cursor": cursor} if cursor else {})})
            for user in users:
                if user.username == username:
                    return user
            if cursor is None:
                raise Refused("user_not_found", f"there is no user {username}")

    async def list_users(
        self, query: str = "", *, state: Optional[UserState] = None, limit: Optional[int] = None
    ) -> List[User]:
        """The first of the users whose names begin so: those online first, then by name."""
        wanted = {"query": query or None, "state": state, "limit": limit}
        return (await self._page({key: value for key, value in wanted.items() if value is not None}))[0]

    async def call(
        self, user: Union[User, str], *, sdp: Optional[str] = None, metadata: Optional[Mapping[str, object]] = None
    ) -> Call:
        """Calls a user (or a `user_id`), and returns when it rings there. Raises CallRefused or DeadlineExceeded.

        `sdp`: an offer that travels with the ring. If the wait is given up or cancelled, so is the call. To call who is
        calling here is to accept.
        """
        # What was cancelled before it rang must be told to the server first.
        waiting = {rung for call, rung in self._calling.values() if call.state == "ended"}
        if waiting:
            await asyncio.wait(waiting, timeout=self._deadline)
        self._must_be_logged_in()
        here = self._call
        if here is not None:
            if here.state != "ringing-in" or here.peer.user_id != (user.user_id if isinstance(user, User) else user):
                raise CallRefused("caller_busy", "You are already in a call")
            here.accept()
            return here
        peer = user if isinstance(user, User) else self._users.get(user) or User(user, "")
        call = Call(self, peer, "caller", "calling", self._max_events)
        payload: Json = {"to_user_id": peer.user_id}
        if sdp is not None:
            payload["sdp"] = sdp
        if metadata is not None:
            payload["metadata"] = dict(metadata)
        rung: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        request_id = self._send_of_call(_Type.CALL_REQUEST, payload)
        self._call = call
        self._calling[request_id] = (call, rung)
        if "call_control" not in self.capabilities:
            return call
        try:
            await asyncio.wait({rung}, timeout=self._deadline)
        except asyncio.CancelledError:
            call.cancel()
            raise
        if not rung.done():
            call.cancel()
            raise DeadlineExceeded(f"nothing was heard of the call within {self._deadline} s")
        rung.result()
        # Of two who call each other the server makes one call, which may be the one that rings here (CALL-15).
        return self._call if self._call is not None and call.state == "ended" and call.reason == "met" else call

    async def request_ice_servers(self) -> IceServers:
        return await self._ask(_Type.ICE_SERVERS_REQUEST, {}, _Type.ICE_SERVERS, lambda _, got: _ice_servers(got))

    async def change_password(self, password: str, new_password: str) -> None:
        """This session goes on, all others of the user end. Raises Refused."""
        digest = native_digest(new_password)
        asked: Json = {"password_hash": native_digest(password), "new_password_hash": digest}
        await self._ask(_Type.CHANGE_PASSWORD, asked, _Type.PASSWORD_CHANGED, lambda *_: None)
        if self.username is not None and isinstance(self._login, _Credentials):
            self._login = _Credentials(self.username, digest)

    async def delete_account(self, password: str) -> None:
        """For good. Raises Refused. The connection stays open."""
        asked: Json = {"password_hash": native_digest(password)}
        await self._ask(_Type.DELETE_ACCOUNT, asked, _Type.ACCOUNT_DELETED, lambda *_: self._log_out("account_deleted"))

    async def logout(self) -> None:
        """Ends the session and the call. The connection stays open and may log in again."""
        await self._ask(_Type.LOGOUT_REQUEST, {}, _Type.LOGOUT_RESPONSE, lambda *_: self._log_out("logout"))

    async def close(self) -> None:
        """Logs out, and ends the connection and all waits. On a lost connection it waits for a short time for a new one.

        Without a connection the server learns of it when the resume window is over.
        """
        if self._over is None and self.user_id is not None:
            with contextlib.suppress(RoomRTCError, asyncio.TimeoutError):
                await asyncio.wait_for(self._up.wait(), LAST_WORD)
                await self.logout()
        self._finish("closed")
        if self._line is not None:
            await self._line.close()
        for task in list(self._tasks):
            if task is not asyncio.current_task():
                task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """Ends the connection as a network does that fails: for tests. The client comes back by itself."""
        if self._line is not None:
            self._line.cut("this client was cut off")

    # The connection

    async def _open(self) -> _Line:
        """A new connection on which HELLO is answered."""
        server_name = self._host if self._tls is not None else None
        try:
            reader, writer = await asyncio.wait_for(
                asyncio.open_connection(self._host, self._port, ssl=self._tls, server_hostname=server_name),
                self._deadline,
            )
        except asyncio.TimeoutError:
            raise DeadlineExceeded(f"{self._host} port {self._port} does not answer") from None
        line = _Line(reader, writer, self._take, self._next_id)
        hello: Json = {"protocol": PROTOCOL, "client": self._name, "capabilities": list(CAPABILITIES)}
        try:
            await line.ask(_Type.HELLO, hello, (_Type.WELCOME,), self._read_welcome, self._deadline)
        except BaseException as error:
            if isinstance(error, Refused) and error.reason == "unknown_type":
                # It knows no HELLO: nothing is agreed on.
                self._read_welcome(0, {"capabilities": [], "limits": {}})
                return line
            line.cut("no WELCOME")
            raise
        return line

    def _read_welcome(self, _: int, payload: Json) -> None:
        agreed = payload.get("capabilities")
        if not isinstance(agreed, list):
            raise ProtocolFault("the server's WELCOME has no capabilities")
        self.capabilities = tuple(str(name) for name in agreed)
        limits = _object(payload.get("limits"), "limits")
        self.limits = {key: value for key, value in limits.items() if isinstance(value, int)}

    async def _look_after(self) -> None:
        """Waits for the end of the connection and makes a new one, as long as there is somebody to be."""
        while self._over is None:
            line = self._line
            if line is None:
                return
            await line.ended.wait()
            why = line.why or ""
            # What was not understood once would come again.
            if line.fault is not None:
                self._finish("not_understood")
            elif why in _OVER or self._login is None or self.user_id is None:
                self._finish(why)
            if self._over is not None:
                return
            self._up.clear()
            self.events._put(Lost(why))
            try:
                await self._come_back(line.said.retry_after if line.said else None)
            except Refused as refused:
                self._finish(refused.reason)
            except Closed as closed:
                self._finish(closed.reason)
            except ProtocolFault:
                self._finish("not_understood")
            except Exception:
                _log.exception("the connection cannot be looked after any more")
                self._finish("internal_fault")

    async def _come_back(self, retry_after: Optional[float]) -> None:
        """Connects at once, then after a little longer each time; after GOAWAY not before the server asked for it."""
        give_up = time.monotonic() + self._reconnect_for
        wait = retry_after or 0.0
        if self._go_away is not None:
            away = self._go_away.reconnect_after_ms / 1000
            wait, self._go_away = max(wait, away * random.uniform(1, 1.5)), None
        pause = FIRST_RETRY
        while True:
            if time.monotonic() + wait > give_up:
                raise Closed("unreachable")
            await asyncio.sleep(wait)
            # Not all at once, and half of the pause at least.
            wait = pause * random.uniform(0.5, 1)
            pause = min(2 * pause, LAST_RETRY)
            try:
                await self._go_on(await self._open())
                return
            except (OSError, DeadlineExceeded, ConnectionLost) as error:
                _log.info("not connected yet: %s", error)
            except Refused as refused:
                if refused.reason in _OVER or refused.reason not in _PASSING:
                    raise
                wait = max(wait, refused.retry_after or 0)
                _log.info("not let in yet: %s", refused.reason)

    async def _go_on(self, line: _Line) -> None:
        """Resumes the session on a new connection, or logs in."""
        try:
            why = await self._resume(line) if self._session is not None else "no_session"
            if why is None:
                return
            if why == "replaced":
                raise Closed("replaced")
            call = self._call
            unconfirmed = self._session.unconfirmed if self._session is not None else 0
            self._session = None
            if call is not None:
                call._finish("session_lost")
            await self._log_in(line)
            self._start(self._keep_alive(line))
            self.events._put(LoggedInAgain(why, call, unconfirmed))
            self._start(self._list_all())
        except BaseException:
            line.cut("not let in")
            raise

    async def _resume(self, line: _Line) -> Optional[str]:
        """None, or why the session does not go on."""
        if self._session is None or "resume" not in self.capabilities:
            return "no_session"
        session: _Session = self._session

        def read(kind: int, payload: Json) -> Optional[str]:
            if kind == _Type.RESUME_REFUSED:
                return _text(payload, "reason")
            received = _integer(payload, "received")
            if not session.knows(received):
                return "overflow"
            session.forget(received)
            session.token = _text(payload, "session_token")
            call = payload.get("call")
            self._resumed_call = {"call": None if call is None else _object(call, "call")}
            missing = session.missing()
            self._line = line
            for sent in missing:
                line.write(sent.kind, sent.frame)
            self._up.set()
            self.events._put(Resumed(_integer(payload, "replayed"), len(missing)))
            self._start(self._keep_alive(line))
            return None

        asked: Json = {"session_token": session.token, "last_seq": session.handled}
        answers = (_Type.RESUMED, _Type.RESUME_REFUSED)
        try:
            return await line.ask(_Type.RESUME, asked, answers, read, self._deadline)
        except Refused as refused:
            # A good token is let in whatever the limit, so one that has to wait is not good (RESUME-3).
            if refused.reason in _PASSING and refused.reason != "too_many_attempts":
                raise
            return refused.reason

    async def _first_login(self, login: Union[_Credentials, _Token]) -> str:
        if self.user_id is not None:
            raise RoomRTCError("this client is logged in already")
        line = self._line
        if line is None:
            raise RoomRTCError("connect first")
        try:
            self._login = login
            await self._log_in(line)
        except BaseException:
            if self.user_id is None:
                self._login = None
            raise
        self._start(self._keep_alive(line))
        await self._list_all()
        return self.user_id or ""

    async def _log_in(self, line: _Line) -> None:
        if self._login is None:
            raise Closed("logged_out")

        def read(_: int, payload: Json) -> None:
            if payload.get("success") is not True:
                raise _refused(LoginRefused, payload)
            self.user_id = _text(payload, "user_id")
            self.username = _text(payload, "username")
            token = _optional_text(payload, "session_token")
            self._session = None if token is None else _Session(token)
            self._line = line
            self._up.set()

        try:
            asked = await asyncio.wait_for(self._login.payload(), self._deadline)
        except asyncio.TimeoutError:
            raise DeadlineExceeded(f"no token within {self._deadline} s") from None
        except Exception as error:
            raise ConnectionLost("there is no token to log in with") from error
        try:
            await line.ask(_Type.LOGIN_REQUEST, asked, (_Type.LOGIN_RESPONSE,), read, self._deadline)
        except Refused as refused:
            raise LoginRefused(refused.reason, refused.message, refused.retry_after) from None

    def _log_out(self, reason: str) -> None:
        if self._call is not None:
            self._call._finish(reason)
        self.user_id = self.username = self._session = self._login = None
        self._users.clear()

    async def _keep_alive(self, line: _Line) -> None:
        """Sends heartbeats with `ack`; the answer says that all before it has arrived. Without an answer the line is dead."""
        interval = self.limits.get("heartbeat_interval_ms", 30_000)
        timeout = self.limits.get("session_timeout_ms", 60_000)
        seconds = min(interval, timeout / 2) / 1000
        session = self._session
        while True:
            line.heartbeat_due.clear()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(line.heartbeat_due.wait(), seconds)
            if line.why is not None or self._session is not session or self.user_id is None:
                return
            position = 0 if session is None else session.position
            self._since_heartbeat = 0
            beat: Json = {"timestamp": int(time.monotonic() * 1000)}
            if session is not None:
                beat["ack"] = session.handled

            def read(_: int, __: Json, position: int = position) -> None:
                if session is not None:
                    session.forget(position)

            try:
                await line.ask(_Type.HEARTBEAT, beat, (_Type.HEARTBEAT,), read, self._deadline)
            except DeadlineExceeded:
                line.cut("the server does not answer heartbeats")
            except (ConnectionLost, Refused):
                continue

    def _finish(self, reason: str) -> None:
        if self._over is not None:
            return
        self._over = reason
        for timer in self._timers:
            timer.cancel()
        if self._call is not None:
            self._call._finish("closed" if reason == "closed" else "session_lost")
        self._session = self._login = self.user_id = None
        self.events._put(ClientClosed(reason))
        self.events._end(reason)
        self.calls._end(reason)

    # Messages

    def _next_id(self) -> str:
        self._requests += 1
        return str(self._requests)

    def _must_be_logged_in(self) -> None:
        if self._over is not None:
            raise Closed(self._over)
        if self.user_id is None:
            raise Refused("login_required", "Login required")

    async def _ask(self, kind: int, payload: Json, expected: int, read: Callable[[int, Json], T]) -> T:
        if self._over is not None:
            raise Closed(self._over)
        if self._line is None:
            raise RoomRTCError("connect first")
        return await self._line.ask(kind, payload, (expected,), read, self._deadline)

    def _send_of_call(self, kind: int, payload: Json, repeats: int = 0) -> str:
        """What belongs to a call is kept until it has arrived, be it on another connection."""
        self._must_be_logged_in()
        request_id = self._next_id()
        payload = {**payload, "request_id": request_id}
        frame = _encode(kind, payload)
        if self._session is not None:
            self._session.keep(_Sent(kind, frame, payload, repeats))
        elif not self.connected:
            raise ConnectionLost("the connection is lost")
        if self._line is not None:
            self._line.write(kind, frame)
        self._count()
        return request_id

    def _count(self) -> None:
        self._since_heartbeat += 1
        if self._since_heartbeat * PART_OF_OUTBOX >= self.limits.get("max_outbox_frames", MAX_KEPT):
            if self._line is not None:
                self._line.heartbeat_due.set()

    def _take(self, line: _Line, kind: int, payload: Json) -> bool:
        """All that arrives. False if it was handled before."""
        seq = _optional_integer(payload, "seq")
        if seq is not None and self._session is not None:
            if seq <= self._session.handled:
                return False
            self._session.handled = seq
            self._count()
        if self._over is None:
            self._carry_out(line, kind, payload)
        return True

    def _carry_out(self, line: _Line, kind: int, payload: Json) -> None:
        if kind == _Type.ERROR:
            self._take_error(payload)
        elif kind == _Type.USER_STATE_UPDATE:
            self._take_user(_user(payload))
        elif kind == _Type.USER_LIST_RESPONSE and payload.get("request_id") is None:
            self._take_presence(payload)
        elif kind == _Type.CALL_NOTIFICATION:
            self._take_ring(payload)
        elif kind == _Type.RINGING:
            self._take_ringing(payload)
        elif kind == _Type.CALL_ACCEPTED:
            self._take_acceptance(payload)
        elif kind in (_Type.CALL_DECLINED, _Type.HANGUP):
            self._take_end(payload)
        elif kind == _Type.ICE_SERVERS:
            self.ice_servers = _ice_servers(payload)
            self.events._put(self.ice_servers)
        elif kind == _Type.GOAWAY:
            away = GoAway(_text(payload, "reason"), _integer(payload, "reconnect_after_ms"))
            self._go_away = away
            self.events._put(away)
        else:
            self._take_in_call(kind, payload)

    def _take_in_call(self, kind: int, payload: Json) -> None:
        call = self._call
        if call is None or call.call_id is None or payload.get("call_id") != call.call_id:
            return
        if kind == _Type.SDP_OFFER:
            call.events._put(Offer(_text(payload, "sdp")))
        elif kind == _Type.SDP_ANSWER:
            call.events._put(Answer(_text(payload, "sdp")))
        elif kind == _Type.ICE_CANDIDATE:
            index = _integer(payload, "sdp_mline_index")
            call.events._put(Candidate(_text(payload, "candidate"), _text(payload, "sdp_mid"), index))
        elif kind == _Type.CALL_UPDATE:
            call.other = _side(call.other, payload)
            call.events._put(SideChanged(call.other))
        elif kind == _Type.PEER_STATE:
            call.peer_connected = _text(payload, "state") != "reconnecting"
            call.events._put(PeerConnection(call.peer_connected))
        elif kind == _Type.CALL_TRANSFER:
            self._take_transfer(call, payload)

    def _take_transfer(self, call: Call, payload: Json) -> None:
        to = User(_text(payload, "to_user_id"), _text(payload, "to_username"), "Available")
        by = _text(payload, "from_user_id")
        if _text(payload, "state") == "ringing":
            call._transfer_id = _text(payload, "new_call_id")
            call.transferring = TransferRinging(to, by, _integer(payload, "expires_in_ms"))
            call.events._put(call.transferring)
        else:
            call.transferring = None
            call.events._put(TransferFailed(to, by, _text(payload, "reason")))

    def _take_ring(self, payload: Json) -> None:
        caller = User(_text(payload, "from_user_id"), _text(payload, "from_username"), "Busy")
        call = Call(self, caller, "callee", "ringing-in", self._max_events)
        call.call_id = _text(payload, "call_id")
        if payload.get("metadata") is not None:
            call.metadata = MappingProxyType(_object(payload["metadata"], "metadata"))
        by = _optional_text(payload, "transferred_by_user_id")
        if by is not None:
            call.transferred_by = User(by, _optional_text(payload, "transferred_by_username") or "", "Busy")
        sdp = _optional_text(payload, "sdp")
        if sdp is not None:
            call.events._put(Offer(sdp))
        self._met(call)
        self._call = call
        self.calls._put(call)
        self._alert(call)

    def _alert(self, call: Call) -> None:
        """The program has been told of the call. That the caller is not is no reason to end the connection."""
        if "call_control" not in self.capabilities:
            return
        try:
            self._send_of_call(_Type.CALL_ALERTING, {"call_id": call.call_id})
        except RoomRTCError as error:
            _log.info("the caller is not told that it rings: %s", error)

    def _met(self, call: Call) -> None:
        """One's own request that is under way has met this call. The server will say what becomes of it (CALL-15)."""
        if self._call is not None and self._call.state != "calling":
            self._call._finish("unknown_to_server")

    def _take_ringing(self, payload: Json) -> None:
        call_id = _text(payload, "call_id")
        if payload.get("alerting") is True:
            # Of a call that is known already; another one may be on its way meanwhile.
            if self._call is not None and self._call.call_id == call_id and self._call.state == "ringing-out":
                self._call.alerting = True
                self._call.events._put(Ringing(_integer(payload, "expires_in_ms"), True))
            return
        asked = next(iter(self._calling.items()), None)
        if asked is None:
            return
        request_id, (call, rung) = asked
        del self._calling[request_id]
        call.call_id = call_id
        call.peer = replace(call.peer, username=_text(payload, "peer_username"))
        if not rung.done():
            rung.set_result(None)
        if call.state == "ended":
            # It was cancelled before its id was known.
            self._send_of_call(_Type.HANGUP, {"call_id": call_id})
            return
        # It has been overtaken where this client was handed over in between.
        self._call = call
        call.state = "ringing-out"
        call.events._put(Ringing(_integer(payload, "expires_in_ms")))

    def _take_acceptance(self, payload: Json) -> None:
        call_id = _text(payload, "call_id")
        before = _optional_text(payload, "replaces")
        if before is not None:
            self._take_hand_over(call_id, before, payload)
            return
        call = self._call
        if call is None or call.call_id != call_id:
            call = None
        for request_id, (asked, rung) in list(self._calling.items()):
            del self._calling[request_id]
            if call is None:
                call = asked
            if asked is not call and asked.state != "ended":
                asked._finish("met")
            elif asked.state == "ended":
                self._send_of_call(_Type.HANGUP, {"call_id": call_id})
                call = None
            if not rung.done():
                rung.set_result(None)
        if call is None:
            return
        call.call_id = call_id
        call._confirmed = True
        call.peer = User(_text(payload, "peer_user_id"), _text(payload, "peer_username"), "Busy")
        role: Role = "callee" if payload.get("role") == "callee" else "caller"
        if call.state != "active":
            call._become_active(role)
        sdp = _optional_text(payload, "sdp")
        if sdp is not None:
            call.events._put(Answer(sdp))

    def _take_hand_over(self, call_id: str, before: str, payload: Json) -> None:
        """The other party of the call before has handed this client over, and it is in this call now (TRANSFER-2)."""
        transferred, self._transferred = self._transferred, None
        if before != transferred:
            # That one was hung up here meanwhile, and so is what has come of it.
            self._send_of_call(_Type.HANGUP, {"call_id": call_id})
            return
        peer = User(_text(payload, "peer_user_id"), _text(payload, "peer_username"), "Busy")
        call = Call(self, peer, "caller", "ringing-out", self._max_events)
        call.call_id = call_id
        call.replaces = before
        call._confirmed = True
        self._call = call
        call._become_active("caller")
        self.calls._put(call)

    def _take_end(self, payload: Json) -> None:
        call_id = _text(payload, "call_id")
        reason = _optional_text(payload, "reason") or "hangup"
        duration_ms = _optional_integer(payload, "duration_ms")
        if self._call is not None and call_id and self._call.call_id == call_id:
            if reason == "transferred":
                self._transferred = call_id
            self._call._finish(reason, duration_ms)
            return
        caller = _optional_text(payload, "from_user_id")
        if caller is not None:
            name = _optional_text(payload, "from_username") or ""
            self.events._put(MissedCall(User(caller, name), reason))
            return
        if "call_control" in self.capabilities:
            # Of a call that has ended here.
            return
        # A call without RINGING: the server agreed on nothing by which its id is told before.
        for request_id, (call, rung) in list(self._calling.items()):
            del self._calling[request_id]
            if not rung.done():
                rung.set_result(None)
            call._finish(reason, duration_ms)

    def _take_error(self, payload: Json) -> None:
        request_id = _optional_text(payload, "request_id")
        sent = self._session.find(request_id) if self._session is not None and request_id else None
        if sent is not None and sent.kind == _Type.CALL_ALERTING:
            # The call has come to something else meanwhile, or ended.
            return
        refused = _refused(CallRefused, payload)
        if request_id in self._calling:
            call, rung = self._calling.pop(request_id)
            if not rung.done():
                rung.set_exception(refused)
                rung.exception()
            call._finish(refused.reason)
            return
        call_now = self._call
        if sent is not None and sent.kind == _Type.HANGUP and refused.reason == "rate_limited":
            self._repeat(sent, refused.retry_after or 1.0)
            return
        if sent is None or call_now is None:
            return
        if sent.payload.get("call_id") != call_now.call_id:
            return
        if refused.reason == "rate_limited" and sent.repeats < MAX_REPEATS:
            self._repeat(sent, refused.retry_after or 1.0)
        elif sent.kind == _Type.CALL_RESPONSE and call_now._confirmed:
            return
        elif refused.reason == "call_not_found":
            call_now._finish("call_not_found")
        elif sent.kind == _Type.CALL_TRANSFER:
            to = _text(sent.payload, "to_user_id")
            user = self._users.get(to) or User(to, "")
            call_now.events._put(TransferFailed(user, self.user_id or "", refused.reason))
        else:
            call_now.events._put(SignalRefused(_NAMES[sent.kind], refused.reason))

    def _repeat(self, sent: _Sent, seconds: float) -> None:
        """The server did not hear it, and does not keep it (RATE-1)."""

        def again() -> None:
            self._timers.discard(timer)
            call = self._call
            still = call is not None and call.call_id == sent.payload.get("call_id")
            if self.user_id is not None and (still or sent.kind == _Type.HANGUP):
                with contextlib.suppress(RoomRTCError):
                    self._send_of_call(sent.kind, sent.payload, sent.repeats + 1)

        # Those that were refused together do not come together again.
        wait = seconds * 2**sent.repeats * random.uniform(1, 1.5)
        timer = asyncio.get_running_loop().call_later(wait, again)
        self._timers.add(timer)

    def _forget_call(self, call: Call) -> None:
        if self._call is call:
            self._call = None
        if call.state == "ended" and call.reason == "session_lost":
            for request_id, (asked, rung) in list(self._calling.items()):
                if asked is call:
                    del self._calling[request_id]
                    if not rung.done():
                        rung.set_exception(CallRefused("session_lost", "The session was lost before the call rang"))
                        rung.exception()

    # Presence

    def _take_user(self, user: User) -> None:
        if user.user_id not in self._users and len(self._users) >= self._max_users:
            gone = next((one.user_id for one in self._users.values() if one.state == "Disconnected"), None)
            if user.state == "Disconnected" or gone is None:
                return
            del self._users[gone]
        self._users[user.user_id] = user
        self.events._put(UserChanged(user))

    def _take_presence(self, payload: Json) -> None:
        """The truth about presence, which ends a resumption (RESUME-2)."""
        self._users.clear()
        self._add(payload)
        resumed, self._resumed_call = self._resumed_call, None
        if payload.get("next_cursor") is not None:
            self._start(self._list_all(_text(payload, "next_cursor")))
        if resumed is not None:
            self._reconcile(resumed["call"])

    def _reconcile(self, told: object) -> None:
        """The call as the server knows it, after all that was missed (RESUME-11)."""
        call = self._call
        if call is None or call.call_id is None:
            return
        known = _object(told, "call") if told is not None else {}
        if known.get("call_id") != call.call_id:
            call._finish("unknown_to_server")
            return
        call.other = _side(call.other, _object(known.get("peer"), "peer"))
        connected = _text(known, "peer_state") == "connected"
        if connected != call.peer_connected:
            call.peer_connected = connected
            call.events._put(PeerConnection(connected))

    async def _page(self, wanted: Json) -> Tuple[List[User], Optional[str]]:
        def read(_: int, payload: Json) -> Tuple[List[User], Optional[str]]:
            return [_user(entry) for entry in _objects(payload, "users")], _optional_text(payload, "next_cursor")

        self._must_be_logged_in()
        return await self._ask(_Type.USER_LIST_REQUEST, wanted, _Type.USER_LIST_RESPONSE, read)

    def _add(self, payload: Json) -> None:
        for entry in _objects(payload, "users"):
            if len(self._users) < self._max_users:
                user = _user(entry)
                self._users[user.user_id] = user

    async def _list_all(self, cursor: Optional[str] = None) -> None:
        """Page by page, each taken in the moment of its arrival: so pages and news together are the truth (PRES-9)."""
        first = cursor is None

        def read(_: int, payload: Json) -> Optional[str]:
            nonlocal first
            if first:
                self._users.clear()
            first = False
            self._add(payload)
            return _optional_text(payload, "next_cursor")

        try:
            while True:
                wanted: Json = {} if cursor is None else {"cursor": cursor}
                cursor = await self._ask(_Type.USER_LIST_REQUEST, wanted, _Type.USER_LIST_RESPONSE, read)
                if cursor is None or len(self._users) >= self._max_users:
                    return
        except (ConnectionLost, DeadlineExceeded, Refused) as error:
            # A resumption brings the list by itself, and so does a new login.
            _log.info("the list of users is not complete: %s", error)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _ice_servers(payload: Json) -> IceServers:
    servers = tuple(MappingProxyType(server) for server in _objects(payload, "ice_servers"))
    return IceServers(servers, _optional_integer(payload, "ttl_secs"))
