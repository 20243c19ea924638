"""A WHIP publisher made of FFmpeg (PyAV's): a test picture by x264 through FFmpeg's own whip muxer, until stdin closes.

ffmpeg-publisher.py URL PROFILE CERTIFICATE KEY; the token is TOKEN of the environment. One line: FFmpeg's version, once the muxer sends.
"""
import json
import os
import select
import sys
import time

import av

RATE = 30


def publish(url: str, profile: str, certificate: str, key: str) -> None:
    source = av.open(f"testsrc2=size=640x360:rate={RATE}", format="lavfi")
    output = av.open(url, "w", format="whip", options={"authorization": os.environ["TOKEN"], "cert_file": certificate, "key_file": key})
    stream = output.add_stream("libx264", rate=RATE)
    stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
    # FFmpeg's muxer hears no request for a key frame.
    stream.options = {"preset": "ultrafast", "tune": "zerolatency", "profile": profile, "g": str(RATE), "bf": "0"}
    begun = time.monotonic()
    for index, frame in enumerate(source.decode(video=0)):
        time.sleep(max(0.0, begun + index / RATE - time.monotonic()))
        if select.select([sys.stdin], [], [], 0)[0]:
            break
        for packet in stream.encode(frame.reformat(format="yuv420p")):
            output.mux(packet)
        if index == 0:
            print(json.dumps({"version": av.ffmpeg_version_info}), flush=True)
    output.close()


publish(*sys.argv[1:5])
