/**
 * RTP time stamp (90 kHz, 32 bits) of a moment of the capture clock. Exact for evenly spaced captures, so that the
 * receiver's jitter buffer sees none of our own delays.
 * @param timestampUs CLOCK_MONOTONIC, microseconds. @param base random per connection (RFC 3550, section 5.1).
 */
export function toRtpTime(timestampUs: number, base: number): number {
  return (base + (Math.round(timestampUs * 0.09) % 0x1_0000_0000)) % 0x1_0000_0000;
}
