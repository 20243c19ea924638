import assert from 'node:assert/strict';
import { languageOfBrowser } from './language.ts';
import { delayReasonTexts, failureTexts, fill, lostPartTexts, signalHelpTexts, splitSentences, texts } from './texts.ts';
import type { Text } from '@scanlink/protocol/texts';

const all: Readonly<Record<string, Text>> = {
  ...texts, ...delayReasonTexts, ...lostPartTexts,
  ...Object.fromEntries(Object.entries(signalHelpTexts).map(([key, text]) => [`help:${key}`, text])),
  ...Object.fromEntries(Object.entries(failureTexts).flatMap(([key, { title, body }]) => [[`${key}:title`, title], [`${key}:body`, body]])),
};
const names = (template: string): string[] => [...template.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '').sort();

describe('texts', () => {
  for (const [key, text] of Object.entries(all)) {
    it(`${key} exists in both languages and fills the same names`, () => {
      assert.deepEqual(Object.keys(text).sort(), ['en', 'zh']);
      assert.ok(text.zh.trim() !== '' && text.en.trim() !== '');
      assert.deepEqual(names(text.zh), names(text.en));
    });
  }
  it('has the sentence of intended use as written', () => assert.deepEqual(texts.intendedUse, { zh: '仅供会诊参考，不作为诊断依据', en: 'For consultation, not for primary diagnosis' }));
  it('fills names, and leaves one without a value visible', () => assert.equal(fill('{a} of {b}', { a: 1 }), '1 of {b}'));
  it('splits into sentences at their ends only', () => {
    assert.deepEqual(splitSentences('Sent as H.264. Open it.'), ['Sent as H.264. ', 'Open it.']);
    assert.deepEqual(splitSentences('以 H.264 发送。请打开。'), ['以 H.264 发送。', '请打开。']);
    assert.deepEqual(splitSentences('no end'), ['no end']);
  });
  for (const [languages, language] of [[['zh-CN', 'en'], 'zh'], [['zh'], 'zh'], [['en-GB', 'zh-CN'], 'en'], [['de'], 'en'], [[], 'en'], [['ZH-tw'], 'zh']] as const) {
    it(`speaks ${language} to ${languages.join(', ') || 'a browser without a language'}`, () => assert.equal(languageOfBrowser(languages), language));
  }
});
