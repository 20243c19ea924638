import { AppError, BoxToHubSchema, type BoxToHub } from '@scanlink/protocol';
import { createCheck } from '@scanlink/protocol/check';

export const MAX_MESSAGE_BYTES = 262_144;
const check = createCheck(BoxToHubSchema, 'HUB_BAD_MESSAGE');

/** One text frame of a box. @throws HUB_BAD_MESSAGE, which never repeats what was sent. */
export function decodeBoxMessage(text: string): BoxToHub {
  return check(parse(text));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError('HUB_BAD_MESSAGE', { detail: 'not JSON' }, { cause: error });
  }
}
