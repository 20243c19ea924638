// Lists of the states that schemas and pages share; without the schema builder, so that the page can import them.

/**
 * States of a video input. They are states, not errors; each has words in both languages (texts.ts).
 * no-cable is ENOLINK, no-lock ENOLCK, out-of-range ERANGE of VIDIOC_QUERY_DV_TIMINGS; protected is HDCP.
 * Source: V4L2 API, VIDIOC_QUERY_DV_TIMINGS.
 */
export const SIGNAL_STATES = ['no-device', 'no-cable', 'no-lock', 'out-of-range', 'unsupported', 'protected', 'locked'] as const;
export type SignalState = (typeof SIGNAL_STATES)[number];

/**
 * What a locked input's picture does. `stalled`: no frames come. `unchanged`: frames come and are equal
 * (a CT screen standing still, or a console frozen on purpose). `idle`: not locked.
 */
export const PICTURE_ACTIVITIES = ['idle', 'moving', 'unchanged', 'stalled'] as const;
export type PictureActivity = (typeof PICTURE_ACTIVITIES)[number];

/**
 * Session states. Whatever holds it up (the hub, the network, a process that died), a session goes on by itself only
 * within RESUME_WINDOW_MS of the last frame or decision; then it is `suspended` until somebody at the box decides.
 */
export const SESSION_STATES = ['idle', 'starting', 'live', 'reconnecting', 'suspended', 'stopping'] as const;
export type SessionState = (typeof SESSION_STATES)[number];

/** What a publisher does with its path. */
export const PUBLISHER_STATES = ['connecting', 'live', 'retrying', 'refused'] as const;
