/**
 * Runs in the page under measurement (plain JavaScript, injected before the page's own scripts). For every frame of the
 * page's video it notes when it was presented and which time code it carries. Needs slReadTimecode (protocol/timecode).
 * window.slProbe: { startedAt, frames, shown, ring }; readers go through take*() so that memory stays bounded.
 */
(() => {
  const canvas = new OffscreenCanvas(256, 16);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const probe = {
    frames: [], shown: [], ring: [], ringSize: 0, sourceWidthPx: 0, watched: new WeakSet(), firstAt: null, whepPostAt: null,
    /** Frames since the last call, oldest first, as tuples (frame-record.ts names the fields). */
    takeFrames() { return probe.frames.splice(0); },
    /** What the page itself said of each frame (CustomEvent scanlink:frame) since the last call. */
    takeShown() { return probe.shown.splice(0); },
    /** Keeps the newest `size` whole frames for takePicture; 0 stops and frees them. */
    keepRing(size) {
      probe.ringSize = size;
      while (probe.ring.length > size) probe.ring.shift().frame.close();
    },
    /** RGBA of the kept frame with this time code, base64, as the page's canvas shows it; null when it is not kept. */
    takePicture(timecodeUs) {
      const entry = probe.ring.find((each) => each.timecodeUs === timecodeUs);
      if (!entry) return null;
      const { displayWidth: widthPx, displayHeight: heightPx } = entry.frame;
      const whole = new OffscreenCanvas(widthPx, heightPx).getContext('2d', { willReadFrequently: true });
      whole.drawImage(entry.frame, 0, 0);
      const bytes = whole.getImageData(0, 0, widthPx, heightPx).data;
      let text = '';
      for (let start = 0; start < bytes.length; start += 32768) text += String.fromCharCode(...bytes.subarray(start, start + 32768));
      return { widthPx, heightPx, base64: btoa(text) };
    },
    newestTimecodeUs() { return probe.ring.at(-1)?.timecodeUs ?? null; },
  };
  window.slProbe = probe;

  function readCode(image, widthPx) {
    const scale = probe.sourceWidthPx > 0 ? widthPx / probe.sourceWidthPx : 1;
    context.drawImage(image, 0, 0, 256 * scale, 16 * scale, 0, 0, 256, 16);
    return window.slReadTimecode(context.getImageData(0, 0, 256, 16).data, 256);
  }

  function watch(video) {
    probe.watched.add(video);
    const onFrame = (opportunityAt, meta) => {
      const callbackAt = performance.now();
      probe.firstAt ??= meta.presentationTime;
      // While pictures are kept the code is read from the kept frame: reading it twice costs the time of one more frame.
      const kept = probe.ringSize > 0 ? new VideoFrame(video) : null;
      const timecodeUs = readCode(kept ?? video, video.videoWidth);
      probe.frames.push([meta.presentationTime, opportunityAt, callbackAt, meta.rtpTimestamp ?? null, meta.receiveTime ?? null, timecodeUs, meta.presentedFrames, video.videoWidth, video.videoHeight]);
      if (probe.frames.length > 20000) probe.frames.shift();
      if (kept) {
        probe.ring.push({ timecodeUs, frame: kept });
        if (probe.ring.length > probe.ringSize) probe.ring.shift().frame.close();
      }
      video.requestVideoFrameCallback(onFrame);
    };
    video.requestVideoFrameCallback(onFrame);
  }

  function look() {
    for (const video of document.querySelectorAll('video')) if (!probe.watched.has(video)) watch(video);
  }
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
  look();

  window.addEventListener('scanlink:frame', (event) => {
    const detail = event.detail;
    probe.shown.push([detail.rtpTimestamp ?? null, detail.presentationTimeMs ?? null, detail.delayMs ?? null, detail.uncertaintyMs ?? null]);
    if (probe.shown.length > 20000) probe.shown.shift();
  });

  const send = window.fetch;
  window.fetch = (input, init) => {
    const method = (init?.method ?? input?.method ?? 'GET').toUpperCase();
    const address = String(input?.url ?? input);
    if (method === 'POST' && address.includes('/whep/')) probe.whepPostAt ??= performance.now();
    return send.call(window, input, init);
  };
})();
