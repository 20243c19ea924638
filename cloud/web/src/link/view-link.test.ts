import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { takeLink, type LinkSource } from './take-link.ts';
import { parseViewLink, tokenOfFragment } from './view-link.ts';

const SESSION = '0123abcd-0000-4000-8000-0123456789ab';
const encode = (claims: unknown): string => `v1.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${'s'.repeat(43)}`;
const TOKEN = encode({ s: SESSION, e: 2_000_000_000, n: 'n' });

describe('viewing link', () => {
  it('reads session and expiry', () => assert.deepEqual(parseViewLink(` ${TOKEN}\n`), { token: TOKEN, sessionId: SESSION, expiresMs: 2_000_000_000_000 }));
  for (const [name, text] of [
    ['nothing', ''], ['another version', TOKEN.replace('v1', 'v2')], ['a token cut off', TOKEN.slice(0, -40)], ['no JSON', `v1.bm9wZQ.${'s'.repeat(43)}`],
    ['no session', encode({ e: 1 })], ['a session that is a path', encode({ s: '../../etc', e: 1 })], ['no expiry', encode({ s: SESSION })], ['a list', encode([])],
  ] as const) it(`refuses ${name}`, () => assert.equal(parseViewLink(text), null));
  it('never throws, and takes only well-formed session ids', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json().map((json) => `v1.${Buffer.from(json).toString('base64url')}.${'s'.repeat(43)}`)), (text) => {
      const link = parseViewLink(text);
      assert.ok(link === null || /^[0-9a-f-]{36}$/.test(link.sessionId));
    }));
  });
});

describe('a link out of a chat', () => {
  for (const end of ['。', '.', '，', ')', '）', '%20', '%E3%80%82', '” ', '。\n']) it(`does without ${JSON.stringify(end)} at its end`, () => assert.equal(tokenOfFragment(`#${TOKEN}${end}`), TOKEN));
  it('is none that is nothing else', () => assert.deepEqual(['', '#', '#。', '#%20'].map(tokenOfFragment), [null, null, null, null]));
});

describe('taking the link', () => {
  const source = (hash: string, kept: string | null): LinkSource & { shown: string[]; kept(): string | null } => {
    const shown: string[] = [];
    let value = kept;
    return {
      shown, kept: () => value, location: { hash, pathname: '/watch' }, history: { replaceState: (_data, _unused, url) => { shown.push(url); } },
      sessionStorage: { getItem: () => value, setItem: (_key, next) => { value = next; }, removeItem: () => { value = null; } },
    };
  };
  it('removes the token from the visible address and keeps it for a reload', () => {
    const first = source(`#${TOKEN}`, null);
    assert.equal(takeLink(first).kind, 'link');
    assert.deepEqual(first.shown, ['/watch']);
    assert.deepEqual(takeLink(source('', first.kept())), takeLink(first));
  });
  it('a new link wins over the kept one, also when it is broken', () => {
    const broken = source('#v1.half', TOKEN);
    assert.deepEqual(takeLink(broken), { kind: 'invalid' });
    assert.equal(broken.kept(), null);
    assert.deepEqual(broken.shown, ['/watch']);
  });
  it('does without a storage that is switched off', () => {
    const fail = (): never => { throw new DOMException('blocked', 'SecurityError'); };
    const blocked: LinkSource = { ...source(`#${TOKEN}`, null), get sessionStorage() { return fail(); } };
    assert.equal(takeLink(blocked).kind, 'link');
    assert.deepEqual(takeLink({ ...source('', null), sessionStorage: { getItem: fail, setItem: fail, removeItem: fail } }), { kind: 'missing' });
  });
  it('tells a missing link', () => assert.deepEqual(takeLink(source('', null)), { kind: 'missing' }));
});
