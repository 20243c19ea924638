import { AppError, type PublisherReport, type PublishTarget } from '@scanlink/protocol';

/** Report of a stream that can't be: its input is not configured. Said, so that the session does not wait for it in silence. */
export function reportMissingInput(target: PublishTarget): PublisherReport {
  const { code, message, messageZh } = new AppError('DEV_NOT_FOUND', { device: target.input }).toBody();
  return {
    sessionId: target.sessionId, state: 'refused', location: null, error: { code, message, messageZh }, lastFrameMs: null, widthPx: 0, heightPx: 0, sentFps: 0,
    bitrateKbps: 0, targetKbps: 0, lossFraction: 0, rttMs: null, keyFrames: 0, framesSent: 0, framesDropped: {}, encodeMsP50: null, profileLevelId: null,
  };
}
