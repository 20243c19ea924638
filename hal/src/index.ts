/** The hardware boundary. Drivers are chosen by composition roots: import capture/capture.sim there and nowhere else. */
export type * from './capture/capture.ts';
export type * from './native/native.ts';
export { fromNative, loadCore } from './native/load-core.ts';
