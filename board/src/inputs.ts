import type { InputConfig } from '@scanlink/protocol';
import type { Board } from './schema/board.ts';

/** The inputs of a board as a configuration has them: one is `main`; of several each is called by device and socket. */
export function toInputConfigs({ capture }: Pick<Board, 'capture'>): readonly Extract<InputConfig, { driver: 'v4l2' }>[] {
  const all = capture.flatMap(({ name: device, driver, match, inputs }) => inputs.map(({ name: socket, index }) => ({ name: `${device}-${socket}`, driver, match: { ...match }, input: index })));
  return all.length === 1 ? [{ ...all[0]!, name: 'main' }] : all;
}
