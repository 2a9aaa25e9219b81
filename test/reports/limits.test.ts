import { describe, expect, it } from '@jest/globals';
import { textsOf } from '../../src/reports/letter/blocks.ts';
import type { Letter, Section } from '../../src/reports/letter/model.ts';
import {
  LETTER_LIMIT,
  LETTER_PIECE_LIMIT,
  limitLetter,
  SECTION_LIMIT,
  SECTIONS_LIMIT,
} from '../../src/reports/pdf/limits.ts';
import { composeLetter } from '../../src/reports/index.ts';
import { cpuTime } from '../support/cpu-time.ts';
import { letterIn } from './letters.ts';

/** What a letter takes in time and memory has an end, however much its report says. */

const { shortened } = letterIn('en', 1);

function cut(sections: readonly Section[]): Letter['sections'] {
  return limitLetter({ ...letterIn('en', 1), sections }).sections;
}

function sectionOf(heading: string, ...texts: readonly string[]): Section {
  return { heading, blocks: texts.map((text) => ({ kind: 'paragraph', runs: [{ text }] })) };
}

function wordsIn({ blocks }: Section): string {
  return blocks.flatMap(textsOf).join('');
}

describe('a letter as a whole', () => {
  it('is left as it is while it is of usual length', () => {
    const { sections } = letterIn('en', 7);
    expect(cut(sections)).toEqual(sections);
    const long = Array.from({ length: 3 }, (_, n) => sectionOf(`${n}`, 'x'.repeat(SECTION_LIMIT)));
    expect(cut(long)).toEqual(long);
  });

  it('is cut where its sections are long, each by as much', () => {
    const long = Array.from({ length: 20 }, (_, n) => sectionOf(`${n}`, '#'.repeat(50_000)));
    const short = sectionOf('Please note', 'y'.repeat(3_000));
    const sections = cut([...long, short]);
    expect(sections.at(-1)).toEqual(short);
    const lengths = sections.slice(0, -1).map((one) => wordsIn(one).replaceAll(/[^#]/g, '').length);
    expect(new Set(lengths).size).toBe(1);
    expect(lengths[0]! * 20 + 3_000).toBeLessThanOrEqual(LETTER_LIMIT);
    expect(lengths[0]! * 20 + 3_000).toBeGreaterThan(LETTER_LIMIT - 100);
    for (const one of sections.slice(0, -1)) expect(wordsIn(one)).toContain(shortened);
  });

  it('is cut where it has many pieces', () => {
    const many = Array.from({ length: 20 }, (_, n) => sectionOf(`${n}`, ...Array.from({ length: 400 }, () => 'x')));
    const pieces = cut(many)
      .flatMap(({ blocks }) => blocks)
      .filter((block) => textsOf(block).join('') === 'x');
    expect(pieces.length).toBeLessThanOrEqual(LETTER_PIECE_LIMIT);
    expect(pieces.length).toBeGreaterThan(LETTER_PIECE_LIMIT - 20);
  });

  it('keeps its last section, whatever comes before, and says that others are left out', () => {
    const sections = cut(Array.from({ length: 5000 }, (_, n) => sectionOf(`${n}`, 'x')));
    expect(sections).toHaveLength(SECTIONS_LIMIT);
    expect(sections.at(-1)!.heading).toBe('4999');
    expect(wordsIn(sections.at(-2)!)).toBe(shortened);
  });
});

describe('a letter of many records beside a long text', () => {
  const words = '<p>osimertinib once a day</p>'.repeat(40_000);
  const plans = Array.from({ length: 300 }, (_, n) => ({
    resourceType: 'CarePlan',
    id: `plan-${n}`,
    description: `Step ${n}`,
    activity: Array.from({ length: 20 }, () => ({ detail: { description: 'once a day' } })),
  }));
  const timeOf = (named: readonly { readonly resourceType: string; readonly id: string }[]): number => {
    const composition = {
      resourceType: 'Composition',
      id: 'c',
      language: 'en',
      section: [
        {
          title: 'Plan',
          text: { status: 'additional', div: `<div xmlns="http://www.w3.org/1999/xhtml">${words}</div>` },
          entry: named.map(({ resourceType, id }) => ({ reference: `${resourceType}/${id}` })),
        },
      ],
    };
    const entry = [composition, ...named].map((resource) => ({
      fullUrl: `https://gateway.example/fhir/${resource.resourceType}/${resource.id}`,
      resource,
    }));
    const began = cpuTime();
    composeLetter({ resourceType: 'Bundle', type: 'document', entry });
    return cpuTime() - began;
  };

  it('reads the text once, not once for each record', () => {
    timeOf([]);
    expect(timeOf(plans)).toBeLessThan(5 * Math.max(100, timeOf([])));
  });
});
