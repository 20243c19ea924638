import assert from 'node:assert/strict';
import { boardDetails } from '@scanlink/protocol/errors/details/board';
import { boxDetails } from '@scanlink/protocol/errors/details/box';
import { hubDetails } from '@scanlink/protocol/errors/details/hub';
import { sourceDetails } from '@scanlink/protocol/errors/details/source';
import { collectChineseTexts, literalsOf, read } from './chinese-texts.ts';
import { findEnglish, findWrongWords, readGlossary } from './glossary.ts';

const glossary = readGlossary();
const texts = collectChineseTexts();
/** These say a thing in both languages on one line, list what is typed, or are a schema's names. */
const BILINGUAL = /^(?:scripts\/(?:run|docs|install)|run$|test$|scanlink$|bench\/|SECURITY|THIRD|docs\/|cloud\/web\/index|cloud\/src\/api\/(?:routes\/pages|http\/error-replies)|firmware\/src\/(?:cli\/texts|cli\/help|config\/render-doc)|protocol\/src\/(?:errors\/render-doc|lib\/schema\/render-table)|board\/src\/render-doc)/;
/** Values of the protocol that stand in a Chinese sentence as they are written. */
const WORDS_OF_THE_PROTOCOL = new Set(['hello', 'welcome', 'true', 'false', 'min', 'start', 'max', 'on', 'off', 'or', 'zh', 'en', 'sim', 'timing', 'session', 'links', 'revoke', 'all', 'mid', 'ufrag', 'pwd', 'setup', 'rtcp', 'mux', 'link', 'key', 'seq', 'sessions', 'http', 'https', 'Content', 'Type', 'Encoding', 'Expect', 'Authorization', 'fonts', 'dejavu', 'core', 'wqy', 'microhei', 'bootIdFile', 'run', 'npm', 'build', 'web', 'code', 'ice']);

describe('Chinese texts', () => {
  it('are found: sources, documents and scripts', () => {
    for (const place of ['protocol/src/texts.ts', 'cloud/web/src/i18n/texts.ts', 'firmware/src/cli/texts.ts', 'protocol/src/errors/str.ts', 'README.zh-CN.md', 'scripts/run/words.ts', 'docs/INTENDED-USE.md']) assert.ok(texts.some((each) => each.place === place), place);
    assert.ok(texts.length > 500);
    assert.deepEqual(literalsOf("const a = '甲'; // '乙'\nconst b = `丙 ${a} 丁`;"), ['甲', '丙 {} 丁']);
  });

  it('use one word for one thing (docs/GLOSSARY.md)', () => {
    const wrong = texts.filter(({ place }) => place !== 'README.md').flatMap(({ place, text }) => findWrongWords(text, glossary).map((word) => `${place}: ${word}: ${text.slice(0, 80)}`));
    assert.deepEqual(wrong, []);
  });

  it('hold no English but names, and what is typed', () => {
    const found = texts.filter(({ place }) => !BILINGUAL.test(place)).flatMap(({ place, text }) => findEnglish(text, glossary).filter((word) => !WORDS_OF_THE_PROTOCOL.has(word)).map((word) => `${place}: ${word}: ${text.slice(0, 80)}`));
    assert.deepEqual(found, []);
  });

  it('the rules bite', () => {
    assert.deepEqual(findWrongWords('模拟控制台', glossary), ['控制台 (影像设备)', '模拟 (仿真)']);
    assert.deepEqual(findWrongWords('影像设备', glossary), []);
    assert.deepEqual(findWrongWords('打开设备', glossary), ['设备 (采集盒)']);
    assert.deepEqual(findEnglish('打开 viewer 地址，端口 `http`，H.264', glossary), ['viewer']);
    assert.match(read('README.zh-CN.md'), /不作为诊断依据/);
  });

  it('no detail is translated twice', () => {
    const all = [boardDetails, boxDetails, hubDetails, sourceDetails].flatMap((each) => Object.keys(each));
    assert.equal(new Set(all).size, all.length);
  });
});
