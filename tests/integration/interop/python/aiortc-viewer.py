"""A WHEP viewer made of aiortc: asks for audio and video, decodes pictures and says what it saw.

aiortc-viewer.py URL FRAMES; the token is TOKEN of the environment. One line: versions, size, frames, different pictures.
"""
import asyncio
import hashlib
import json
import os
import sys
import urllib.request

import aioice.ice
import aiortc
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

# aioice leaves loopback out, and nothing of a test leaves this machine.
aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: ["127.0.0.1"]


def post(url: str, offer: str) -> str:
    headers = {"content-type": "application/sdp", "authorization": "Bearer " + os.environ["TOKEN"]}
    with urllib.request.urlopen(urllib.request.Request(url, offer.encode(), headers), timeout=20) as response:
        return response.read().decode()


async def watch(url: str, frames: int) -> None:
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    arrived = asyncio.get_running_loop().create_future()
    peer.on("track", lambda track: track.kind == "video" and not arrived.done() and arrived.set_result(track))
    peer.addTransceiver("audio", direction="recvonly")
    peer.addTransceiver("video", direction="recvonly")
    await peer.setLocalDescription(await peer.createOffer())
    answer = await asyncio.to_thread(post, url, peer.localDescription.sdp)
    await peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
    track = await arrived
    pictures = set()
    for _ in range(frames):
        frame = await track.recv()
        pictures.add(hashlib.sha256(bytes(frame.planes[0])).hexdigest())
    print(json.dumps({"version": aiortc.__version__, "width": frame.width, "height": frame.height, "frames": frames, "pictures": len(pictures)}), flush=True)
    await peer.close()


asyncio.run(watch(sys.argv[1], int(sys.argv[2])))
