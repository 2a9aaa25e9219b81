/*
 * Every value set that an element of R4 is bound to with strength required or extensible: what the server can decide.
 */
import { describe, expect, it } from '@jest/globals';
import { definitions } from '../definitions/r4.ts';
import { terminology } from './r4.ts';

/** Required, and without a list. */
const NOT_LISTABLE: Readonly<Record<string, string>> = {
  'http://hl7.org/fhir/ValueSet/mimetypes': 'decided by rule: there is no end of media types',
  'http://hl7.org/fhir/ValueSet/ucum-units': 'decided by rule: there is no end of units',
  'http://loinc.org/vs/LL379-9': 'an answer list of LOINC, which is not published with R4',
};

/** Extensible, and not held: addresses of pages of other bodies. */
const NOT_KNOWN: readonly string[] = [
  'http://dicom.nema.org/medical/dicom/current/output/chtml/part04/sect_B.5.html#table_B.5-1',
  'http://dicom.nema.org/medical/dicom/current/output/chtml/part16/sect_CID_29.html',
  'http://www.rsna.org/RadLex_Playbook.aspx',
];

function bound(strength: string): string[] {
  const seen = new Set<string>(definitions.resourceTypes);
  const urls = new Set<string>();
  for (const name of seen) {
    for (const { type, binding } of definitions.type(name)!.properties.values()) {
      seen.add(type);
      if (binding?.strength === strength) urls.add(binding.valueSet);
    }
  }
  return [...urls].sort();
}

describe('required bindings', () => {
  it('are to value sets that can be listed, but for a few', () => {
    const urls = bound('required');
    expect(urls.length).toBeGreaterThan(215);
    expect(urls.filter((url) => terminology.list(url, 10_000) === undefined)).toEqual(Object.keys(NOT_LISTABLE));
  });

  it('have the codes that the definitions give them', () => {
    const compared = bound('required').flatMap((url) => {
      const codes = definitions.codes(url);
      return codes === undefined ? [] : [[url, [...codes].sort(), terminology.list(url, 10_000)] as const];
    });
    expect(compared.length).toBeGreaterThan(205);
    for (const [url, codes, listed = []] of compared) {
      expect([url, listed.map(({ code }) => code).sort()]).toEqual([url, [...new Set(codes)]]);
    }
  });

  it('refuse what is not in them', () => {
    const undecided = bound('required').filter(
      (url) => terminology.membership(url, undefined, 'no such code!') !== 'out',
    );
    expect(undecided).toEqual(['http://loinc.org/vs/LL379-9']);
  });
});

describe('extensible bindings', () => {
  it('are to value sets that are known, but for a few', () => {
    const urls = bound('extensible');
    expect(urls.length).toBeGreaterThan(70);
    expect(urls.filter((url) => !terminology.knowsValueSet(url))).toEqual(NOT_KNOWN);
  });
});
