// Without the schema builder, so that the page can import them.
export const CLOCK_CHANNEL_LABEL = 'scanlink-clock';
export const CLOCK_PING_INTERVAL_MS = 200;
export const CLOCK_WINDOW_PINGS = 30;
/** Silence on the path after which it is lost. */
export const PATH_SILENCE_MS = 1000;
