import { AppError, BoxToHubSchema, type BoxToHub } from '@scanlink/protocol';
import { createMessageReader, type ReadMessage } from '@scanlink/protocol/check';

export const MAX_MESSAGE_BYTES = 262_144;
const read = createMessageReader(BoxToHubSchema, 'ch', 'HUB_BAD_MESSAGE');

/**
 * One text frame of a box, as far as this release understands it; message null: of a later one.
 * @throws HUB_BAD_MESSAGE, which never repeats what was sent.
 */
export function decodeBoxMessage(text: string): ReadMessage<BoxToHub> {
  return read(parse(text));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError('HUB_BAD_MESSAGE', { detail: 'not JSON' }, { cause: error });
  }
}
