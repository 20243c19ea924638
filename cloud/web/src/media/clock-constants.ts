// The protocol's own values, written out: importing them would bring the schema builder into the page.
// clock-message.test.ts compares them with protocol/src/hub/clock.ts.
export const CLOCK_CHANNEL_LABEL = 'scanlink-clock';
export const CLOCK_PING_INTERVAL_MS = 200;
export const CLOCK_WINDOW_PINGS = 30;
export const PATH_SILENCE_MS = 1000;
