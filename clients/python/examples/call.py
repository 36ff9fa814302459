"""A caller and answerer in text: it takes a command a line, and says what happens, a line each.

    python3 examples/call.py HOST PORT USERNAME [--register] [--tls CA-FILE] [--trace]

The password, or with --token a token, comes from the environment: ROOMRTC_SECRET. Commands: users, call NAME, accept,
decline, hangup, hold on|off, mute on|off, transfer NAME, take-back, offer TEXT, answer TEXT, candidate TEXT, cut, quit.
In TEXT, \\r, \\n and \\\\ stand for what they stand for in C. clients/c/examples/call.c speaks the same.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import ssl
import sys
from pathlib import Path
from typing import Optional

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import roomrtc  # noqa: E402

ESCAPES = {"\\": "\\\\", "\r": "\\r", "\n": "\\n"}


def say(*words: object) -> None:
    print(*words, flush=True)


def escaped(text: str) -> str:
    return "".join(ESCAPES.get(sign, sign) for sign in text)


def unescaped(text: str) -> str:
    signs = iter(text)
    meant = {"r": "\r", "n": "\n"}
    return "".join(sign if sign != "\\" else meant.get(after := next(signs, ""), after) for sign in signs)


def switch(on: bool) -> str:
    return "on" if on else "off"


async def tell_call(call: roomrtc.Call) -> None:
    async for event in call.events:
        if isinstance(event, roomrtc.Ringing):
            say("alerting" if event.alerting else "ringing", call.peer.username)
        elif isinstance(event, roomrtc.Active):
            say("active", event.role)
        elif isinstance(event, roomrtc.Offer):
            say("offer", escaped(event.sdp))
        elif isinstance(event, roomrtc.Answer):
            say("answer", escaped(event.sdp))
        elif isinstance(event, roomrtc.Candidate):
            say("candidate", escaped(event.candidate))
        elif isinstance(event, roomrtc.SideChanged):
            say("peer hold", switch(event.peer.on_hold), "mute", switch(event.peer.audio_muted))
        elif isinstance(event, roomrtc.PeerConnection):
            say("peer", "back" if event.connected else "away")
        elif isinstance(event, roomrtc.SignalRefused):
            say("refused", event.reason)
        elif isinstance(event, roomrtc.TransferRinging):
            say("transfer ringing", event.to.username)
        elif isinstance(event, roomrtc.TransferFailed):
            say("transfer failed", event.to.username, event.reason)
        else:
            say("ended", event.reason)


class Person:
    """Who is at the keyboard, and the call that is on."""

    def __init__(self, client: roomrtc.Client) -> None:
        self.client = client
        self.watched: Optional[roomrtc.Call] = None
        self.tasks: set[asyncio.Task[None]] = set()

    def watch(self, call: roomrtc.Call) -> None:
        # Of two who call each other one call becomes of it, which comes from either place.
        if call is self.watched:
            return
        self.watched = call
        task = asyncio.ensure_future(tell_call(call))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def be_called(self) -> None:
        async for call in self.client.calls:
            if call.replaces is not None:
                say("transferred", call.peer.username)
            elif call.transferred_by is not None:
                say("incoming", call.peer.username, "by", call.transferred_by.username)
            else:
                say("incoming", call.peer.username)
            self.watch(call)

    async def tell(self) -> None:
        async for event in self.client.events:
            if isinstance(event, roomrtc.Lost):
                say("lost")
            elif isinstance(event, roomrtc.Resumed):
                say("resumed")
            elif isinstance(event, roomrtc.LoggedInAgain):
                say("logged-in-again", event.why)
            elif isinstance(event, roomrtc.MissedCall):
                say("missed", event.caller.username, event.reason)
            elif isinstance(event, roomrtc.GoAway):
                say("goaway", event.reason)
            elif isinstance(event, roomrtc.ClientClosed):
                say("closed", event.reason)

    async def obey(self, command: str, rest: str) -> None:
        call = self.client.call_now
        if command == "users":
            for user in self.client.users.values():
                say("user", user.username, user.state)
        elif command == "call":
            self.watch(await self.client.call(await self.client.find(rest)))
        elif command == "cut":
            self.client.cut()
        elif call is None:
            say("refused no_call")
        elif command == "accept":
            call.accept()
        elif command == "decline":
            call.decline()
        elif command == "hangup":
            call.hangup()
        elif command == "hold":
            call.hold(rest == "on")
        elif command == "mute":
            call.mute(audio=rest == "on")
        elif command == "transfer":
            call.transfer(await self.client.find(rest))
        elif command == "take-back":
            call.cancel_transfer()
        elif command == "offer":
            call.send_offer(unescaped(rest))
        elif command == "answer":
            call.send_answer(unescaped(rest))
        elif command == "candidate":
            call.send_candidate(unescaped(rest), "0", 0)
        else:
            say("refused unknown_command")


async def lines() -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=roomrtc.MAX_FRAME)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


async def main(options: argparse.Namespace) -> None:
    tls: Optional[ssl.SSLContext] = ssl.create_default_context(cafile=options.tls) if options.tls else None
    secret = os.environ.get("ROOMRTC_SECRET", "")
    async with roomrtc.Client(options.host, options.port, tls=tls or False) as client:
        try:
            if options.register:
                await client.register(options.username, secret)
            await (client.login_with_token(secret) if options.token else client.login(options.username, secret))
        except roomrtc.Refused as refused:
            say("refused", refused.reason)
            return
        say("here", client.username)
        person = Person(client)
        telling = [asyncio.ensure_future(person.be_called()), asyncio.ensure_future(person.tell())]
        commands = await lines()
        while line := await commands.readline():
            command, _, rest = line.decode().rstrip("\n").partition(" ")
            if command == "quit":
                break
            try:
                await person.obey(command, rest)
            except roomrtc.Refused as refused:
                say("refused", refused.reason)
            except (roomrtc.RoomRTCError, ValueError) as error:
                say("refused", type(error).__name__)
        for task in telling:
            task.cancel()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Calls and is called, in text; see the head of this file.")
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("username")
    parser.add_argument("--register", action="store_true", help="make the account first")
    parser.add_argument("--token", action="store_true", help="ROOMRTC_SECRET is a token")
    parser.add_argument("--tls", metavar="CA-FILE", help="use TLS, and trust the certificates of this file")
    parser.add_argument("--trace", action="store_true", help="show the names of all messages on standard error")
    options = parser.parse_args()
    if options.trace:
        logging.basicConfig(level=logging.DEBUG)
    try:
        asyncio.run(main(options))
    except (OSError, roomrtc.RoomRTCError) as error:
        sys.exit(f"{options.host} port {options.port}: {error}")
