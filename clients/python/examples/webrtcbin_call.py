"""A native app with real media: calls or answers with a test tone, by GStreamer's webrtcbin.

    python3 examples/webrtcbin_call.py HOST PORT USERNAME [--call NAME] [--register] [--tls CA-FILE]

The password comes from the environment: ROOMRTC_SECRET. It says a line for each thing that happens: `here NAME`, `in a
call`, `hears N` for every N hundred packets of sound that have arrived, `lost`, `resumed`, `over REASON`. It ends with
the call, or with its input. While the connection to the server is lost, the sound goes on.

Debian: python3-gst-1.0 gir1.2-gst-plugins-bad-1.0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good
gstreamer1.0-plugins-bad gstreamer1.0-nice
"""

from __future__ import annotations

import argparse
import asyncio
import os
import ssl
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import Gst, GstSdp, GstWebRTC  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import roomrtc  # noqa: E402

# What is sent: a quiet tone as Opus. Put autoaudiosrc in place of audiotestsrc to speak.
TONE = (
    "webrtcbin name=peer bundle-policy=max-bundle "
    "audiotestsrc is-live=true wave=sine freq=440 volume=0.1 ! audioconvert ! audioresample ! opusenc ! "
    "rtpopuspay pt=96 ! application/x-rtp,media=audio,encoding-name=OPUS,payload=96 ! peer."
)
# What becomes of what arrives. Put autoaudiosink in place of fakesink to hear it.
EAR = "rtpopusdepay ! opusdec ! audioconvert ! fakesink name=ear signal-handoffs=true sync=false"
PACKETS_A_LINE = 100


def say(*words: object) -> None:
    print(*words, flush=True)


class Media:
    """The pipeline of one call. GStreamer calls from threads of its own; what it says is carried to the event loop."""

    def __init__(self, call: roomrtc.Call, ice: roomrtc.IceServers | None) -> None:
        self.call = call
        self.loop = asyncio.get_running_loop()
        self.heard = 0
        self.pipeline: Any = Gst.parse_launch(TONE)
        self.peer: Any = self.pipeline.get_by_name("peer")
        self.use(ice)
        self.peer.connect("on-ice-candidate", self.on_candidate)
        self.peer.connect("pad-added", self.on_pad)

    def use(self, ice: roomrtc.IceServers | None) -> None:
        for server in ice.servers if ice else ():
            urls = server.get("urls")
            for url in urls if isinstance(urls, list) else ():
                scheme, _, rest = str(url).partition(":")
                if scheme == "stun":
                    self.peer.set_property("stun-server", f"stun://{rest}")
                else:
                    secret = f"{quote(str(server['username']), '')}:{quote(str(server['credential']), '')}"
                    self.peer.emit("add-turn-server", f"{scheme}://{secret}@{rest}")

    def start(self) -> None:
        self.pipeline.set_state(Gst.State.PLAYING)

    def stop(self) -> None:
        self.pipeline.set_state(Gst.State.NULL)

    async def ask(self, action: str, *arguments: Any) -> Any:
        """An action of webrtcbin that answers by a promise; its reply, where it has one."""
        done: asyncio.Future[Any] = self.loop.create_future()

        def settle(reply: Any) -> None:
            if not done.done():
                done.set_result(reply)

        def changed(promise: Any) -> None:
            self.loop.call_soon_threadsafe(settle, promise.get_reply())

        self.peer.emit(action, *arguments, Gst.Promise.new_with_change_func(changed))
        return await asyncio.wait_for(done, roomrtc.DEADLINE)

    async def offer(self) -> None:
        reply = await self.ask("create-offer", None)
        description = reply.get_value("offer")
        await self.ask("set-local-description", description)
        self.call.send_offer(description.sdp.as_text())

    async def take_offer(self, sdp: str) -> None:
        await self.ask("set-remote-description", self.description(GstWebRTC.WebRTCSDPType.OFFER, sdp))
        reply = await self.ask("create-answer", None)
        description = reply.get_value("answer")
        await self.ask("set-local-description", description)
        self.call.send_answer(description.sdp.as_text())

    async def take_answer(self, sdp: str) -> None:
        await self.ask("set-remote-description", self.description(GstWebRTC.WebRTCSDPType.ANSWER, sdp))

    def take_candidate(self, candidate: str, index: int) -> None:
        if candidate:
            self.peer.emit("add-ice-candidate", index, candidate)

    def description(self, kind: Any, sdp: str) -> Any:
        result, message = GstSdp.SDPMessage.new_from_text(sdp)
        if result != GstSdp.SDPResult.OK:
            raise ValueError("the other party's description cannot be read")
        return GstWebRTC.WebRTCSessionDescription.new(kind, message)

    def on_candidate(self, _: Any, index: int, candidate: str) -> None:
        self.loop.call_soon_threadsafe(self.send_candidate, candidate, index)

    def send_candidate(self, candidate: str, index: int) -> None:
        if self.call.state != "ended":
            self.call.send_candidate(candidate, "0", index)

    def on_pad(self, _: Any, pad: Any) -> None:
        if pad.get_direction() != Gst.PadDirection.SRC:
            return
        ear: Any = Gst.parse_bin_from_description(EAR, True)
        self.pipeline.add(ear)
        ear.get_by_name("ear").connect("handoff", self.on_sound)
        ear.sync_state_with_parent()
        pad.link(ear.get_static_pad("sink"))

    def on_sound(self, *_: Any) -> None:
        self.heard += 1
        if self.heard % PACKETS_A_LINE == 0:
            self.loop.call_soon_threadsafe(say, "hears", self.heard // PACKETS_A_LINE)


async def talk(client: roomrtc.Client, call: roomrtc.Call) -> None:
    """The whole call: the caller offers, the callee answers, both send candidates as they are found."""
    media = Media(call, client.ice_servers)
    # Descriptions and candidates in the order in which they came: a candidate never overtakes its description.
    try:
        async for event in call.events:
            if isinstance(event, roomrtc.Active):
                say("in a call")
                media.start()
                if event.role == "caller":
                    await media.offer()
            elif isinstance(event, roomrtc.Offer):
                await media.take_offer(event.sdp)
            elif isinstance(event, roomrtc.Answer):
                await media.take_answer(event.sdp)
            elif isinstance(event, roomrtc.Candidate):
                media.take_candidate(event.candidate, event.sdp_mline_index)
            elif isinstance(event, roomrtc.Ended):
                say("over", event.reason)
    finally:
        media.stop()


async def tell(client: roomrtc.Client) -> None:
    async for event in client.events:
        if isinstance(event, roomrtc.Lost):
            say("lost")
        elif isinstance(event, roomrtc.Resumed):
            say("resumed")


async def input_ends() -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.read(1024):
        pass


async def main(options: argparse.Namespace) -> None:
    tls = ssl.create_default_context(cafile=options.tls) if options.tls else False
    secret = os.environ.get("ROOMRTC_SECRET", "")
    async with roomrtc.Client(options.host, options.port, tls=tls) as client:
        if options.register:
            await client.register(options.username, secret)
        await client.login(options.username, secret)
        say("here", client.username)
        telling = asyncio.ensure_future(tell(client))
        typing = asyncio.ensure_future(input_ends())
        if options.call:
            call = await client.call(await client.find(options.call))
        else:
            call = await client.calls.next(None)
            call.accept()
        talking = asyncio.ensure_future(talk(client, call))
        await asyncio.wait({talking, typing}, return_when=asyncio.FIRST_COMPLETED)
        call.hangup()
        await talking
        telling.cancel()
        typing.cancel()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Calls or answers with a test tone; see the head of this file.")
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("username")
    parser.add_argument("--call", metavar="NAME", help="call this user; without it, answer")
    parser.add_argument("--register", action="store_true", help="make the account first")
    parser.add_argument("--tls", metavar="CA-FILE", help="use TLS, and trust the certificates of this file")
    options = parser.parse_args()
    Gst.init(None)
    try:
        asyncio.run(main(options))
    except (OSError, roomrtc.RoomRTCError) as error:
        sys.exit(f"{options.host} port {options.port}: {error}")
