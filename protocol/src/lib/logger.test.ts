import assert from 'node:assert/strict';
import { createLogger } from './logger.ts';

describe('logger', () => {
  const capture = (): { lines: string[]; logger: ReturnType<typeof createLogger> } => {
    const lines: string[] = [];
    return { lines, logger: createLogger({ name: 'test', level: 'debug', destination: { write: (line: string) => void lines.push(line) } }) };
  };

  it('writes JSON lines with name and namespace, and no token at any depth', () => {
    const { lines, logger } = capture();
    logger.child({ ns: 'hub' }).info({ token: 'hunter2', a: { token: 'hunter2' }, publish: { target: { token: 'hunter2' } }, headers: { authorization: 'Bearer hunter2' } }, 'hello');
    const line = JSON.parse(lines[0]!) as Record<string, unknown>;
    assert.deepEqual([line['name'], line['ns'], line['msg']], ['test', 'hub', 'hello']);
    assert.doesNotMatch(lines[0]!, /hunter2/);
  });
});
