import { describe, expect, it } from '@jest/globals';
import {
  faults,
  invalidFiles,
  profiles,
  readFaulty,
  readJson,
  structures,
  structureOf,
  validExamples,
} from './guide.ts';
import type { Fault } from './guide.ts';
import { judge, lineage } from './oracle.ts';
import { rulesOf } from './rules.ts';

/** Rules that the guide alone does not decide: languages come from R4's own value set. */
const DECIDED_ELSEWHERE = ['translation-task Task.input:language.value[x] binding'];

describe('valid examples', () => {
  it.each(profiles.filter(({ abstract }) => !abstract).map(({ id, url }) => [id, url]))('has two of %s', (_, url) => {
    expect(validExamples.filter(({ meta }) => meta.profile[0] === url).length).toBeGreaterThanOrEqual(2);
  });

  it.each(validExamples.map((example) => [example.id, example] as const))('%s keeps to its profile', (_, example) => {
    expect(structureOf(example.meta.profile[0])).toBeDefined();
    expect(judge(example, example.meta.profile[0])).toEqual([]);
  });
});

describe('invalid examples', () => {
  it('are listed one by one', () => {
    expect(faults.map(({ file }) => file).sort()).toEqual([...invalidFiles].sort());
  });

  it('break every rule of every profile', () => {
    const broken = new Set(
      faults.map(({ expects: { definition, element, rule } }) => `${definition} ${element} ${rule}`),
    );
    const rules = structures.flatMap((structure) =>
      structure.differential.element.flatMap((element) =>
        [...rulesOf(structure, element), ...(element.constraint ?? []).map(({ key }) => key)].map(
          (rule) => `${structure.id} ${element.id} ${rule}`,
        ),
      ),
    );
    expect(rules.length).toBeGreaterThan(200);
    expect(rules.filter((rule) => !broken.has(rule))).toEqual([]);
  });

  it.each(faults.map((fault) => [fault.file, fault] as const))('%s breaks the rule that it is to break', (_, fault) => {
    expect(lineage(fault.profile).length).toBeGreaterThan(0);
    expect(readFaulty(fault)).not.toEqual(readJson(`examples/valid/${fault.of}.json`));
    if (!DECIDED_ELSEWHERE.includes(nameOf(fault))) {
      expect(judge(readFaulty(fault), fault.profile)).toContainEqual(fault.expects);
    }
  });
});

function nameOf({ expects: { definition, element, rule } }: Fault): string {
  return `${definition} ${element} ${rule}`;
}
