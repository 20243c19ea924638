import { v4l2Entry } from './drivers.v4l2.ts';
import { runMedia } from './run-media.ts';

// The media process of a box in the field: it holds no simulated console, and says DEV_DRIVER_UNAVAILABLE to whoever asks for one.
runMedia([v4l2Entry]);
