import { AppError, MAX_LINE_BYTES, MessageSchema, type ErrorBody, type Message } from '../index.ts';
import { createCheck } from '../check.ts';

const checkMessage = createCheck(MessageSchema);

/**
 * One line of a socket as a message.
 * @throws STR_MESSAGE_INVALID when it is no JSON or not of MessageSchema.
 */
export function parseMessage(line: string): Message {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // Without the cause: JSON.parse quotes the text, which may hold a token.
    throw new AppError('STR_MESSAGE_INVALID', { detail: 'not JSON' });
  }
  return checkMessage(value);
}

/**
 * A message as one line with its line end.
 * @throws STR_MESSAGE_INVALID when it would be longer than the other side reads.
 */
export function encodeMessage(message: Message): Buffer {
  const bytes = Buffer.from(`${JSON.stringify(message)}\n`);
  if (bytes.length > MAX_LINE_BYTES) throw new AppError('STR_MESSAGE_INVALID', { detail: `message longer than ${MAX_LINE_BYTES} bytes` });
  return bytes;
}

/** The part of an error that status and hub show. */
export function toErrorView(body: Pick<ErrorBody, 'code' | 'message' | 'messageZh'>): { code: string; message: string; messageZh: string } {
  return { code: body.code, message: body.message, messageZh: body.messageZh };
}
