import type { Board } from '@scanlink/board';
import { AppError, type InputConfig } from '@scanlink/protocol';

/**
 * Holds the EDID presets that inputs name against those that the board's bridge can follow: another could leave a console without
 * a picture. @throws CFG_EDID_UNKNOWN with those that there are; without a board there are none.
 */
export function checkPresets(inputs: readonly InputConfig[], board: Pick<Board, 'edidPresets'> | null): void {
  const known = board?.edidPresets ?? [];
  for (const input of inputs) if (input.driver === 'v4l2' && input.edid !== undefined && !known.includes(input.edid)) throw new AppError('CFG_EDID_UNKNOWN', { name: input.edid, known: known.join(', ') || '—' });
}
