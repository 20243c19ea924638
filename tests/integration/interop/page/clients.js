/**
 * Runs in a page of another origin than the hub's: WHEP clients as other people's pages use them. Each function plays
 * until `frames` pictures were presented and tells what it saw.
 */
import { WebRTCPlayer } from '@eyevinn/webrtc-player';
import { WHEPClient } from 'whip-whep/whep.js';

/** A connection with audio in its first section and everything on the path of that one (RFC 9725, 4.4.1: max-bundle). */
class AudioFirst extends RTCPeerConnection {
  constructor(configuration) {
    super({ ...configuration, bundlePolicy: 'max-bundle' });
    this.addTransceiver('audio', { direction: 'recvonly' });
  }
}

/** whip-whep with the sections and the policy that the caller gives its connection. */
globalThis.watchByWhipWhep = async (url, token, frames) => {
  const connection = new AudioFirst();
  connection.addTransceiver('video', { direction: 'recvonly' });
  const video = addVideo();
  connection.ontrack = ({ track }) => { if (track.kind === 'video') video.srcObject = new MediaStream([track]); };
  const client = new WHEPClient();
  await client.view(connection, url, token);
  const seen = await countFrames(video, frames);
  // whip-whep closes the connection and then ends the resource.
  await client.stop();
  return seen;
};

/** Eyevinn's player, which makes its connection itself; audioFirst: of the kind above. */
globalThis.watchByEyevinn = async (url, token, frames, audioFirst) => {
  const own = globalThis.RTCPeerConnection;
  if (audioFirst) globalThis.RTCPeerConnection = AudioFirst;
  const video = addVideo();
  const player = new WebRTCPlayer({ video, type: 'whep', iceServers: [], statsTypeFilter: '^none' });
  await player.load(new URL(url), `Bearer ${token}`);
  globalThis.RTCPeerConnection = own;
  const seen = await countFrames(video, frames);
  await player.unload();
  return seen;
};

function addVideo() {
  const video = document.createElement('video');
  video.muted = true;
  video.autoplay = true;
  document.body.append(video);
  return video;
}

/** Resolves when so many pictures were presented; `pictures`: how many of them were different. */
function countFrames(video, frames) {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [64, 36];
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const pictures = new Set();
  return new Promise((resolve) => {
    let count = 0;
    const look = () => {
      count += 1;
      context.drawImage(video, 0, 0, 64, 36);
      pictures.add(context.getImageData(0, 0, 64, 36).data.join());
      if (count >= frames) resolve({ width: video.videoWidth, height: video.videoHeight, pictures: pictures.size });
      else video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback(look);
  });
}
