import { expect, it } from '@jest/globals';
import { humanName } from '../../src/fhir/index.ts';

it.each<[string, unknown, string | undefined]>([
  [
    'the text, as its owner writes it',
    [{ text: 'Ánh Tuyết Nguyễn', family: 'Nguyễn', given: ['Ánh Tuyết'] }],
    'Ánh Tuyết Nguyễn',
  ],
  [
    'the official one',
    [
      { use: 'nickname', text: 'Ty' },
      { use: 'official', text: 'Tuyết' },
    ],
    'Tuyết',
  ],
  ['no former one', [{ use: 'old', text: 'Before' }, { text: 'Now' }], 'Now'],
  [
    'given before family',
    { prefix: ['Dr'], given: ['Ada', 'B.'], family: 'Fictional', suffix: ['PhD'] },
    'Dr Ada B. Fictional PhD',
  ],
  ['a Vietnamese name', { prefix: ['PGS. TS.'], given: ['Đức', 'Hưởng'], family: 'Trần' }, 'PGS. TS. Trần Đức Hưởng'],
  [
    'a Vietnamese name with loose accents',
    { given: ['Tuyết'.normalize('NFD')], family: 'Lê' },
    `Lê ${'Tuyết'.normalize('NFD')}`,
  ],
  ['a Chinese name', { prefix: ['教授'], given: ['小明'], family: '王' }, '王小明 教授'],
  ['a Korean name', { given: ['길동'], family: '홍' }, '홍길동'],
  ['an Arabic name', { given: ['محمد'], family: 'الخيالي' }, 'محمد الخيالي'],
  ['letters that others have, too', { given: ['Đorđe'], family: 'Ivić' }, 'Đorđe Ivić'],
  ['no name', [{}], undefined],
  ['nothing', undefined, undefined],
])('tells what somebody is called: %s', (_name, given, said) => {
  expect(humanName(given)).toBe(said);
});
