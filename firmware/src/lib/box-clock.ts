import { uptime } from 'node:os';
import { systemClock, type Clock } from '@scanlink/protocol/lib/clock';

/**
 * The clocks of a box. bootMs: CLOCK_BOOTTIME, milliseconds since this boot, asleep or awake; the monotonic clock stands
 * still while a cart sleeps, and the wall clock may be set. Comparable between processes of one boot.
 */
export interface BoxClock extends Clock {
  bootMs(): number;
}

/** bootMs is os.uptime(), which Node takes from /proc/uptime: CLOCK_BOOTTIME in steps of 10 ms, about 10 microseconds a call. */
export const systemBoxClock: BoxClock = { ...systemClock, bootMs: () => uptime() * 1000 };
