import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { signToken } from './livekit.ts';

describe('LiveKit access token', () => {
  it('is a JWT of HS256 over issuer, identity, times and grant', () => {
    const [head, body, signature] = signToken('key', 'secret', 'viewer', { room: 'r' }, 1000).split('.') as [string, string, string];
    assert.deepEqual(JSON.parse(Buffer.from(head, 'base64url').toString()), { alg: 'HS256', typ: 'JWT' });
    assert.deepEqual(JSON.parse(Buffer.from(body, 'base64url').toString()), { iss: 'key', sub: 'viewer', nbf: 995, exp: 4600, video: { room: 'r' } });
    assert.equal(signature, createHmac('sha256', 'secret').update(`${head}.${body}`).digest('base64url'));
  });
});
