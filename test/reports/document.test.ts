import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { REPORT_DOCUMENT, REPORT_TRANSLATED } from '../../src/cases/index.ts';
import type { Resource } from '../../src/fhir/index.ts';
import {
  appendRecord,
  assembleDocument,
  documentDigest,
  documentUuid,
  fileAs,
  fileLetter,
  gatherDocument,
  lettersOf,
  nameFiled,
  planFiling,
  recordsOf,
  referencesOutside,
  SHA256_EXTENSION,
} from '../../src/reports/index.ts';
import { BASE, composition, otherRecords, sampleDocument, to, UUID } from './documents.ts';

function refOf({ resourceType, id }: Resource): string {
  return `${resourceType}/${id!}`;
}

/** A reader of these records that remembers what it was asked for. */
function reader(records: readonly Resource[]): {
  asked: string[][];
  read: (refs: readonly string[]) => Promise<Resource[]>;
} {
  const asked: string[][] = [];
  return {
    asked,
    read: (refs) => {
      asked.push([...refs]);
      return Promise.resolve(records.filter((one) => refs.includes(refOf(one))));
    },
  };
}

const [report, task, ...others] = otherRecords() as [Resource, Resource, ...Resource[]];
const start = { composition: composition('en'), report, task };

describe('gatherDocument', () => {
  it('takes in what Composition, report and Task name, level by level, each once', async () => {
    const { asked, read } = reader(others);
    const { records, missing } = await gatherDocument(start, read);
    expect(records.slice(0, 3).map(refOf)).toEqual(['Composition/text-en', 'DiagnosticReport/d1', 'Task/t0']);
    expect(records.map(refOf).sort()).toEqual([...others, start.composition, report, task].map(refOf).sort());
    expect(missing).toEqual(['PractitionerRole/gone']);
    expect(asked.flat()).toHaveLength(new Set(asked.flat()).size);
    expect(asked.flat()).not.toContain('DocumentReference/never-followed');
    expect(asked.flat().filter((ref) => ref.startsWith('Binary/'))).toEqual([]);
  });

  it('gives the same order whatever the store gives', async () => {
    const [one, other] = await Promise.all(
      [others, [...others].reverse()].map((records) => gatherDocument(start, reader(records).read)),
    );
    expect(one!.records.map(refOf)).toEqual(other!.records.map(refOf));
  });

  it('takes in nothing of another patient', async () => {
    const foreign = others.map((one) => (one.id === 'plan' ? { ...one, subject: to('Patient/p2') } : one));
    const stranger: Resource = { resourceType: 'Patient', id: 'p2' };
    const focused = foreign.map((one) => (one.id === 'travel' ? { ...one, focus: [to('Patient/p2')] } : one));
    const { records, missing } = await gatherDocument(start, reader([...focused, stranger]).read);
    const refs = records.map(refOf);
    for (const ref of ['CarePlan/plan', 'Observation/travel', 'Patient/p2', 'MedicationRequest/drug'])
      expect(refs).not.toContain(ref);
    expect([...missing].sort()).toEqual(['CarePlan/plan', 'Observation/travel', 'PractitionerRole/gone']);
  });

  it('takes in who translated it', async () => {
    const provenance: Resource = {
      resourceType: 'Provenance',
      id: 'by',
      target: [to('Composition/text-en')],
      agent: [{ who: to('Organization/bureau'), onBehalfOf: to('Organization/prog') }],
    };
    const bureau: Resource = { resourceType: 'Organization', id: 'bureau', name: 'Bureau' };
    const { records } = await gatherDocument({ ...start, provenances: [provenance] }, reader([...others, bureau]).read);
    expect(records.slice(3).map(refOf)).toEqual(expect.arrayContaining(['Provenance/by', 'Organization/bureau']));
    // Who translated it is no part of what it says: a Provenance that comes later makes no new document.
    expect(fileAs(records)).toEqual(fileAs((await gatherDocument(start, reader(others).read)).records));
  });

  it('ends at a thousand records', async () => {
    const many = Array.from({ length: 1500 }, (_, at): Resource => ({ resourceType: 'Observation', id: `o${at}` }));
    const section = [{ entry: many.map((one) => to(refOf(one))) }];
    const { records, missing } = await gatherDocument(
      { composition: { ...start.composition, section } },
      reader([...others, ...many]).read,
    );
    expect(records).toHaveLength(1000);
    expect(missing.length).toBeGreaterThanOrEqual(500);
  });

  it('leaves out what is too large for it, and goes on with the rest', async () => {
    const large: Resource = { resourceType: 'Observation', id: 'large', valueString: 'x'.repeat(10_000_001) };
    const section = [{ entry: [to('Observation/large'), to('Observation/hb')] }];
    const { records, missing } = await gatherDocument(
      { composition: { ...start.composition, section } },
      reader([...others, large]).read,
    );
    expect(missing).toEqual(['PractitionerRole/gone', 'Observation/large']);
    expect(records.map(refOf)).toContain('Observation/hb');
  });
});

describe('assembleDocument', () => {
  it('makes a document that begins with its Composition and in which references resolve', async () => {
    const { records, missing } = await gatherDocument(start, reader(others).read);
    const bundle = assembleDocument({ id: 'b1', base: BASE, uuid: UUID, timestamp: '2026-03-02T01:15:00Z', records });
    expect({ ...bundle, entry: undefined }).toEqual({
      resourceType: 'Bundle',
      id: 'b1',
      meta: { profile: ['https://consilium.example/fhir/StructureDefinition/report-bundle'] },
      language: 'en',
      identifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${UUID}` },
      type: 'document',
      timestamp: '2026-03-02T01:15:00Z',
    });
    expect(bundle.entry).toMatchObject(
      records.map((resource) => ({ fullUrl: `${BASE}/${refOf(resource)}`, resource })),
    );
    expect(documentUuid(bundle)).toBe(UUID);
    expect(referencesOutside(bundle)).toEqual([
      'Binary/b1',
      'Binary/b2',
      'DocumentReference/never-followed',
      ...missing,
    ]);
  });

  it('leaves out of the report what the server filed of it and which translations it has', () => {
    const filed = { url: REPORT_DOCUMENT, valueReference: to('Bundle/x') };
    const translated = { url: REPORT_TRANSLATED, valueReference: to('Composition/y') };
    const own = { title: 'Own' };
    const stored = {
      ...report,
      extension: [filed, translated],
      presentedForm: [own, { title: 'Letter', extension: [filed] }],
    };
    const bundle = assembleDocument({
      base: BASE,
      uuid: UUID,
      timestamp: '2026-03-02T01:15:00Z',
      records: [start.composition, stored],
    });
    expect(recordsOf(bundle)[1]).toEqual({ ...report, presentedForm: [own] });
  });

  it('says what it is to other documents, behind what the Composition says', () => {
    const relatesTo = [{ code: 'transforms', targetReference: to('Composition/original') }];
    const records = [{ ...start.composition, relatesTo }];
    const bundle = assembleDocument({
      base: BASE,
      uuid: UUID,
      timestamp: '2026-03-02T01:15:00Z',
      records,
      relatesTo: [{ code: 'replaces', uuid: UUID }],
    });
    expect(recordsOf(bundle)[0]!['relatesTo']).toEqual([
      ...relatesTo,
      { code: 'replaces', targetIdentifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${UUID}` } },
    ]);
  });

  it('gives the same for the same, to the byte', () => {
    expect(JSON.stringify(sampleDocument('vi'))).toBe(JSON.stringify(sampleDocument('vi')));
  });

  it('refuses records that do not begin with a Composition', () => {
    expect(() => assembleDocument({ base: BASE, uuid: UUID, timestamp: '', records: [report] })).toThrow(TypeError);
  });
});

describe('fileLetter', () => {
  const pdf = Buffer.from('%PDF-1.7 invented');
  const input = {
    id: 'x1',
    document: sampleDocument('vi'),
    pdf,
    binary: 'Binary/b1',
    caseNumber: 'SO-26-7K3M-9QTX',
    title: 'Ý kiến thứ hai',
    programme: 'prog',
  };

  it('files the bytes with both hashes, on the report and the request', () => {
    const letter = fileLetter(input);
    expect(letter).toEqual({
      resourceType: 'DocumentReference',
      id: 'x1',
      masterIdentifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${UUID}` },
      identifier: [{ system: 'https://consilium.example/fhir/case-number', value: 'SO-26-7K3M-9QTX' }],
      status: 'current',
      docStatus: 'final',
      type: { coding: [{ system: 'http://loinc.org', code: '11488-4', display: 'Consult note' }] },
      subject: to('Patient/p1'),
      date: '2026-03-02T01:15:00Z',
      author: [to('PractitionerRole/role1')],
      custodian: to('Organization/prog'),
      description: 'Ý kiến thứ hai',
      content: [
        {
          attachment: {
            extension: [
              { url: SHA256_EXTENSION, valueBase64Binary: createHash('sha256').update(pdf).digest('base64') },
            ],
            contentType: 'application/pdf',
            language: 'vi',
            url: 'Binary/b1',
            size: 17,
            hash: createHash('sha1').update(pdf).digest('base64'),
            title: 'Ý kiến thứ hai',
            creation: '2026-03-02T01:15:00Z',
          },
        },
      ],
      context: { related: [to('DiagnosticReport/d1'), to('ServiceRequest/r1')] },
    });
    expect(lettersOf('DiagnosticReport/d1', [letter, report])).toEqual([letter]);
    expect(lettersOf('DiagnosticReport/d2', [letter])).toEqual([]);
  });

  it('of a changed report is amended; it names the letter that it replaces and the one that it translates', () => {
    const document = sampleDocument('vi', { records: [composition('vi'), ...otherRecords('corrected')] });
    expect(
      fileLetter({ ...input, document, replaces: 'DocumentReference/a', transforms: 'DocumentReference/b' }),
    ).toMatchObject({
      docStatus: 'amended',
      relatesTo: [
        { code: 'replaces', target: to('DocumentReference/a') },
        { code: 'transforms', target: to('DocumentReference/b') },
      ],
    });
  });

  it('as the last entry of its document does not change what the letter says of it', () => {
    const letter = fileLetter(input);
    const whole = appendRecord(input.document, BASE, letter);
    expect(recordsOf(whole).at(-1)).toEqual(letter);
    expect(documentDigest(whole)).toBe(documentDigest(input.document));
  });
});

describe('what is filed of a report', () => {
  const english = { language: 'en', ...fileAs([composition('en'), ...otherRecords()]) };
  const vietnamese = { language: 'vi', ...fileAs([composition('vi'), ...otherRecords()]) };
  const letter = (one: typeof english): Resource =>
    fileLetter({
      id: one.letter,
      document: sampleDocument(one.language as 'en', { uuid: one.uuid }),
      pdf: Buffer.from(one.uuid),
      binary: `Binary/${one.binary}`,
      caseNumber: 'SO-26-7K3M-9QTX',
      title: 'Letter',
      programme: 'prog',
    });

  it('follows from what was written, not from when, nor from what else has come', () => {
    expect(english.uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const touched = otherRecords().map((one) => ({
      ...one,
      meta: { versionId: '7', lastUpdated: '2027-01-01T00:00:00Z' },
    }));
    expect(fileAs([composition('en'), ...touched])).toEqual(fileAs([composition('en'), ...otherRecords()]));
    const moved = otherRecords().map((one) => (one.resourceType === 'Task' ? { ...one, status: 'completed' } : one));
    expect(fileAs([composition('en'), ...moved]).uuid).toBe(english.uuid);
    const corrected = otherRecords().map((one) => (one.id === 'hb' ? { ...one, status: 'amended' } : one));
    expect(fileAs([composition('en'), ...corrected]).uuid).toBe(english.uuid);
    for (const id of ['differs', 'plan', 'drug', 'estimate', 'd1']) {
      const changed = otherRecords().map((one) => (one.id === id ? { ...one, status: 'changed' } : one));
      expect(fileAs([composition('en'), ...changed]).uuid).not.toBe(english.uuid);
    }
    // Of the home side's records the document shows how they stood.
    const shared = new Set(['MedicationRequest/drug']);
    const before = fileAs([composition('en'), ...otherRecords()], shared);
    const renewed = otherRecords().map((one) => (one.id === 'drug' ? { ...one, status: 'stopped' } : one));
    expect(fileAs([composition('en'), ...renewed], shared)).toEqual(before);
    expect(vietnamese.uuid).not.toBe(english.uuid);
  });

  it('is made once: of a report with a new translation the original stays', () => {
    const plan = planFiling(report, [english, vietnamese], [letter(english)]);
    expect(plan.missing).toEqual([vietnamese]);
    expect(plan.superseded).toEqual([]);
    expect(plan.relate(vietnamese)).toEqual({
      transforms: `DocumentReference/${english.letter}`,
      relatesTo: [{ code: 'transforms', uuid: english.uuid }],
    });
    expect(planFiling(report, [english], [letter(english)])).toMatchObject({ missing: [], superseded: [] });
  });

  it.each([
    ['amended', 'replaces'],
    ['appended', 'appends'],
  ])('of an %s report %s the former document in its language', (status, code) => {
    const renewed = { ...english, ...fileAs([composition('en', 'amended')]) };
    const former = [letter(english), letter(vietnamese)];
    const plan = planFiling({ ...report, status }, [renewed], former);
    expect(plan.missing).toEqual([renewed]);
    expect(plan.superseded).toEqual(former);
    expect(plan.relate(renewed)).toEqual({
      replaces: `DocumentReference/${english.letter}`,
      relatesTo: [{ code, uuid: english.uuid, issued: '2026-03-02T01:15:00Z' }],
    });
    const done = former.map((one) => ({ ...one, status: 'superseded' }));
    expect(planFiling(report, [renewed], [...done, letter(renewed)])).toMatchObject({ missing: [], superseded: [] });
  });

  it('of a letter of an earlier release says only that it is replaced', () => {
    const { masterIdentifier: _none, ...old } = letter(english);
    const renewed = { ...english, ...fileAs([composition('en', 'amended')]) };
    expect(planFiling(report, [renewed], [old]).relate(renewed)).toEqual({
      replaces: `DocumentReference/${english.letter}`,
      relatesTo: [],
    });
  });

  it('is named in the report, in place of what was named before, beside the programme’s own forms', () => {
    const own = { title: 'Letter', url: 'Binary/own' };
    const old = letter({ ...english, letter: 'old', binary: 'old' });
    const stored = {
      ...report,
      extension: [{ url: 'urn:own' }, { url: REPORT_DOCUMENT, valueReference: to('Bundle/old') }],
      // As earlier releases named a letter.
      presentedForm: [own, { title: 'Letter', url: 'Binary/old' }],
    };
    const named = nameFiled(stored, [english, vietnamese], [old, letter(english), letter(vietnamese)]);
    const mark = (one: typeof english): object => ({
      url: REPORT_DOCUMENT,
      valueReference: to(`Bundle/${one.bundle}`),
    });
    expect(named.extension).toEqual([{ url: 'urn:own' }, mark(english), mark(vietnamese)]);
    expect(named.presentedForm).toMatchObject([
      own,
      { url: `Binary/${english.binary}`, extension: [{ url: SHA256_EXTENSION }, mark(english)] },
      { url: `Binary/${vietnamese.binary}`, extension: [{ url: SHA256_EXTENSION }, mark(vietnamese)] },
    ]);
    expect(nameFiled(named, [english, vietnamese], [old, letter(english), letter(vietnamese)])).toEqual(named);
  });
});
