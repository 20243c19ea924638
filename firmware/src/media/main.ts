import { simEntry } from './drivers.sim.ts';
import { v4l2Entry } from './drivers.v4l2.ts';
import { runMedia } from './run-media.ts';

// The media process of a source tree: every driver.
runMedia([v4l2Entry, simEntry]);
