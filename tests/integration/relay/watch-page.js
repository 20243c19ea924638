/** Runs in the page: joins, counts frames and different pictures until `frames` were shown. */
globalThis.watchStream = async (frames) => {
  const connection = new RTCPeerConnection();
  connection.addTransceiver('audio', { direction: 'recvonly' });
  connection.addTransceiver('video', { direction: 'recvonly' });
  connection.createDataChannel('scanlink-clock', { ordered: false, maxRetransmits: 0 });
  const video = document.createElement('video');
  video.muted = true;
  document.body.append(video);
  connection.ontrack = ({ track }) => { if (track.kind === 'video') { video.srcObject = new MediaStream([track]); void video.play(); } };
  await connection.setLocalDescription();
  const startedMs = performance.now();
  await connection.setRemoteDescription({ type: 'answer', sdp: await globalThis.whep(connection.localDescription.sdp) });
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const pictures = new Set();
  const timestamps = [];
  let firstMs = -1;
  await new Promise((resolve) => {
    const handle = (now, { rtpTimestamp }) => {
      if (firstMs < 0) firstMs = now - startedMs;
      canvas.width = 64;
      canvas.height = 36;
      context.drawImage(video, 0, 0, 64, 36);
      pictures.add(context.getImageData(0, 0, 64, 36).data.join());
      timestamps.push(rtpTimestamp ?? -1);
      if (timestamps.length >= frames) resolve();
      else video.requestVideoFrameCallback(handle);
    };
    video.requestVideoFrameCallback(handle);
  });
  const seen = { frames: timestamps.length, pictures: pictures.size, width: video.videoWidth, height: video.videoHeight, firstMs, timestamps };
  connection.close();
  video.remove();
  return seen;
};
