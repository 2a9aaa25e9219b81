import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { Resource } from '../../src/fhir/index.ts';
import type { DocumentInput, ReportInput } from '../../src/reports/index.ts';
import { pdfDocumentReference, renderReport, reportInput, SHA256_EXTENSION } from '../../src/reports/index.ts';
import { readFonts, records } from './samples.ts';
import { cpuTime } from '../support/cpu-time.ts';

const FONTS = readFonts();

function snomed(display: string): object {
  return { system: 'http://snomed.info/sct', code: '1', display };
}

async function open(input: ReportInput): Promise<PDFDocumentProxy> {
  return getDocument({ data: new Uint8Array(await renderReport(input, FONTS)), verbosity: 0 }).promise;
}

/** The text of each page as copying it out would give it, line breaks as blanks. */
async function pageTexts(pdf: PDFDocumentProxy): Promise<string[]> {
  const pages = Array.from({ length: pdf.numPages }, async (_, index) => {
    const { items } = await (await pdf.getPage(index + 1)).getTextContent({ disableNormalization: true });
    const text = items.map((item) => ('str' in item ? item.str + (item.hasEOL ? ' ' : '') : '')).join('');
    return text.replace(/\s+/g, ' ').trim();
  });
  return Promise.all(pages);
}

describe('reportInput', () => {
  it('takes out of the records what the letter says', () => {
    const input = reportInput(records());
    expect(input).toMatchObject({
      language: 'en',
      caseNumber: 'SO-26-7K3M-9QTX',
      status: 'final',
      createdAt: '2026-03-02T08:15:00.250+07:00',
      requestedOn: '2026-02-20',
      issuedOn: '2026-03-02',
      patient: {
        name: 'Nguyễn Thị Ánh Tuyết',
        birthDate: '1961-07-09',
        gender: 'female',
        identifiers: ['MRN 00012345'],
      },
      referrer: {
        name: 'Bệnh viện Đa khoa Quỳnh Phước',
        lines: ['3 Phố Giả Tưởng, Hà Nội'],
        orderNumber: 'ORD-2026-0077',
      },
      service: 'Written opinion of a multidisciplinary team',
      conclusionCodes: ['Adenocarcinoma of lung [254626006]', 'Ung thư biểu mô tuyến của phổi'],
    });
    expect(input.programme.lines).toEqual([
      '12 Đường Hữu Nghị, 700000 Thành phố Hư Cấu VN',
      '+84 00 0000 0000 · opinions@programme.example',
    ]);
  });

  it('shows the number that the hospital gave the patient, each once and with its label', () => {
    const identifiersOf = (identifier: unknown[]): readonly string[] =>
      reportInput({ ...records(), patient: { resourceType: 'Patient', identifier } }).patient.identifiers;
    const type = (code: string): unknown => ({ coding: [{ code }] });
    const passport = { type: type('PPN'), value: 'P-1' };
    const untyped = { type: { text: 'Hospital number' }, value: '17' };
    const record = { type: type('MR'), value: '4711' };
    expect(identifiersOf([untyped, passport, record, { ...record, system: 'urn:other' }])).toEqual(['MRN 4711']);
    expect(identifiersOf([passport, untyped, { value: '18' }, untyped])).toEqual(['Hospital number 17', '18']);
    expect(identifiersOf([passport])).toEqual([]);
  });

  it('names the service as the order does, else as the catalogue does', () => {
    const given = records();
    const serviceOf = (code: unknown): string =>
      reportInput({ ...given, serviceRequest: { ...given.serviceRequest, code } }).service;
    const system = 'https://consilium.example/fhir/CodeSystem/second-opinion-service';
    const coding = [
      { system: 'urn:local', code: 'X1' },
      { system, code: 'pathology-review' },
    ];
    expect(serviceOf({ coding })).toBe('Review of pathology slides');
    expect(serviceOf({ coding, text: 'Look at the slides' })).toBe('Look at the slides');
    expect(serviceOf({ coding: [{ system, code: 'pathology-review', display: 'Slides' }] })).toBe('Slides');
  });

  it('says reasons and notes of the order', () => {
    const given = records();
    const serviceRequest = { ...given.serviceRequest, note: [{ text: 'Travels in May' }] };
    const { reasons, notes } = reportInput({ ...given, serviceRequest });
    expect(reasons).toEqual(['Newly found mass in the right lung; operation proposed']);
    expect(notes).toEqual(['Travels in May']);
  });

  it.each([
    ['a fully specified name alone', { coding: [snomed('Lobectomy of lung (procedure)')] }, 'Lobectomy of lung'],
    ['a copy of it as text', { text: 'Asthma (disorder)', coding: [snomed('Asthma (disorder)')] }, 'Asthma'],
    ['a wording of its own', { text: 'Mass (finding)', coding: [snomed('Lung mass (finding)')] }, 'Mass (finding)'],
    ['brackets that are no tag', { coding: [snomed('Excision (left)')] }, 'Excision (left)'],
    ['another system', { coding: [{ system: 'urn:local', display: 'Cough (finding)' }] }, 'Cough (finding)'],
  ])('reads of %s what is meant for readers', (_name, code, description) => {
    const reviewed = [{ resourceType: 'Condition', code }];
    expect(reportInput({ ...records(), reviewed }).reviewed).toEqual([{ kind: 'Condition', description }]);
  });

  it('names an imaging study without description by the modality and body site of its series', () => {
    const ultrasound = { modality: { code: 'US', display: 'Ultrasound' }, bodySite: { display: 'Thoracic' } };
    const describe = (study: object): string =>
      reportInput({ ...records(), reviewed: [{ resourceType: 'ImagingStudy', ...study }] }).reviewed[0]!.description;
    expect(describe({ series: [ultrasound, ultrasound] })).toBe('Ultrasound, thoracic');
    expect(describe({ series: [{ modality: { code: 'CT' }, bodySite: snomed('MCP joint (body structure)') }] })).toBe(
      'CT, MCP joint',
    );
    expect(describe({ modality: [{ display: 'Mammography' }], series: [ultrasound] })).toBe('Mammography, thoracic');
    expect(describe({ description: 'Echo', series: [ultrasound] })).toBe('Echo');
    expect(describe({})).toBe('Imaging study');
  });

  it.each<[string, Omit<Resource, 'resourceType'>]>([
    ['Procedure', { performedPeriod: { start: '2026-01-05T10:00:00Z', end: '2026-01-06' } }],
    ['Observation', { effectivePeriod: { end: '2026-01-05' }, issued: '2026-01-09T00:00:00Z' }],
    ['Condition', { onsetDateTime: '2026-01-05', recordedDate: '2026-02-01' }],
    ['Immunization', { occurrenceDateTime: '2026-01-05' }],
    ['MedicationStatement', { dateAsserted: '2026-01-05' }],
    ['MedicationRequest', { authoredOn: '2026-01-05' }],
    ['Encounter', { period: { start: '2026-01-05' } }],
    ['Specimen', { collection: { collectedDateTime: '2026-01-05' }, receivedTime: '2026-01-07' }],
    ['DocumentReference', { content: [{ attachment: { creation: '2026-01-05' } }] }],
    ['Media', { content: { creation: '2026-01-05' } }],
  ])('finds the date of a %s', (resourceType, rest) => {
    const [record] = reportInput({ ...records(), reviewed: [{ resourceType, ...rest }] }).reviewed;
    expect(record).toMatchObject({ date: '2026-01-05' });
  });

  it('names the attesters with their credentials, through their roles, or as the report names them', () => {
    expect(reportInput(records()).attesters).toEqual([
      {
        name: 'PGS. TS. Đức Hưởng Trần',
        credentials: [
          'Doctor of Medicine, Đại học Y Thử Nghiệm, 1999',
          'Thoracic oncology',
          'Bệnh viện Trường Đại học Thử Nghiệm',
        ],
      },
      { name: 'Ada Fictional', credentials: [] },
      { name: 'GS. Vũ Kỳ Ẩn', credentials: [] },
    ]);
  });

  it('takes the performers for attesters where nobody interpreted', () => {
    const given = records();
    const diagnosticReport = {
      ...given.diagnosticReport,
      resultsInterpreter: undefined,
      performer: [{ reference: 'Organization/prog' }],
    };
    const input = reportInput({ ...given, diagnosticReport, performers: [given.programme!] });
    expect(input.attesters).toEqual([{ name: 'Trung tâm Ý kiến Thứ hai Thử Nghiệm', credentials: [] }]);
  });

  it('puts the reviewed records in chronological order, undated ones last', () => {
    expect(reportInput(records()).reviewed).toEqual([
      { kind: 'Observation', description: 'Creatinine in serum', date: '2026-01-30' },
      { kind: 'Document', description: 'Pathology report', date: '2026-02-10' },
      { kind: 'Imaging study', description: 'PET-CT, whole body', date: '2026-02-11' },
      { kind: 'Medication', description: 'Metformin 500 mg' },
    ]);
  });

  it('makes do with the report’s own names where records are missing', () => {
    const { serviceRequest, task, diagnosticReport } = records();
    const input = reportInput({ serviceRequest, task, diagnosticReport, performers: [], reviewed: [] });
    expect(input.patient).toEqual({ name: 'Ng. T. A. T.', identifiers: [] });
    expect(input.referrer.name).toBe('Not named');
    expect(input.attesters.map((one) => one.name)).toEqual(['Not named', 'Not named', 'GS. Vũ Kỳ Ẩn']);
    expect(input.questions).toEqual([]);
  });
});

describe('renderReport', () => {
  it('shows every text of the input so that copying it gives the same text', async () => {
    const input = reportInput(records(8));
    const text = (await pageTexts(await open(input))).join(' ');
    const said = [
      input.caseNumber,
      input.programme.name,
      ...input.programme.lines,
      input.patient.name,
      input.patient.birthDate!,
      ...input.patient.identifiers,
      input.referrer.name,
      input.referrer.orderNumber!,
      input.service,
      ...input.reasons,
      ...input.questions,
      ...input.conclusion!.split('\n\n'),
      ...input.conclusionCodes,
      ...input.attesters.flatMap(({ name, credentials }) => [name, ...credentials]),
      ...input.reviewed.map(({ description }) => description),
    ];
    for (const one of said) expect(text).toContain(one);
  });

  it('says that it is advisory, outside the reviewer’s care and no emergency service', async () => {
    const text = (await pageTexts(await open(reportInput(records(0))))).join(' ');
    expect(text).toContain('This second opinion is advisory.');
    expect(text).toContain('does not put the patient under the care of the reviewer');
    expect(text).toContain('This is not an emergency service.');
  });

  it('has letterhead, case number and page number on every page, also where one paragraph fills pages', async () => {
    const input = { ...reportInput(records()), conclusion: 'Một câu dài về phổi. '.repeat(700).trim() };
    const pages = await pageTexts(await open(input));
    expect(pages.length).toBeGreaterThanOrEqual(4);
    pages.forEach((text, index) => {
      expect(text).toContain(input.programme.name);
      expect(text).toContain(`Case ${input.caseNumber}`);
      expect(text).toContain(`Page ${index + 1} of ${pages.length}`);
    });
    const furniture = [input.programme.name, ...input.programme.lines, `Case ${input.caseNumber}`].join(' ');
    const flow = pages.map((text, index) =>
      text.replace(`${furniture} Page ${index + 1} of ${pages.length}`, '').trim(),
    );
    expect(flow.join(' ')).toContain(input.conclusion);
  });

  it('is tagged, in reading order, with language, title, author, date and bookmarks', async () => {
    const input = reportInput(records());
    const pdf = await open(input);
    const { info } = await pdf.getMetadata();
    expect(info).toMatchObject({
      Title: 'Second opinion SO-26-7K3M-9QTX',
      Author: input.programme.name,
      CreationDate: 'D:20260302011500Z',
      Language: 'en',
      PDFFormatVersion: '1.7',
    });
    expect(await pdf.getMarkInfo()).toMatchObject({ Marked: true });
    const headings = [
      'Case',
      'Patient',
      'Referred by',
      'Request',
      'Questions asked',
      'Findings and conclusion',
      'Coded conclusion',
      'Records shared for this opinion',
      'Attested by',
      'About this opinion',
    ];
    expect((await pdf.getOutline()).map((item) => item.title)).toEqual(headings);
    const tree = JSON.stringify(await (await pdf.getPage(1)).getStructTree());
    for (const role of ['Document', 'H1', 'Sect', 'H2', 'L', 'LI', 'Lbl', 'LBody', 'P'])
      expect(tree).toContain(`"role":"${role}"`);
  });

  it('parts no question from its answer and no heading from its text, wherever the page ends', async () => {
    const given = reportInput(records(0));
    const question = 'Is an operation better than radiotherapy for this patient?';
    const seen = new Set<number>();
    for (let lines = 3; lines < 70; lines += 5) {
      const filler = Array.from({ length: lines }, (_, index) => `Line ${index}.`).join('\n');
      const conclusion = `${filler}\n\n1. ${question}\nIt is. So much is sure.\n\n2. ${question}\n\nThe second answer.`;
      const pages = await pageTexts(await open({ ...given, conclusion }));
      const pageOf = (text: string): number => pages.findIndex((page) => page.includes(text));
      expect(pageOf(`1. ${question} It is.`)).toBeGreaterThanOrEqual(0);
      expect(pageOf(`2. ${question} The second answer.`)).toBeGreaterThanOrEqual(0);
      expect(pageOf(`Coded conclusion • ${given.conclusionCodes[0]}`)).toBeGreaterThanOrEqual(0);
      expect(pageOf(`Records shared for this opinion • ${given.reviewed[0]!.date}`)).toBeGreaterThanOrEqual(0);
      expect(pageOf(`Attested by ${given.attesters[0]!.name}`)).toBeGreaterThanOrEqual(0);
      const box = pageOf('About this opinion This second opinion is advisory.');
      expect(box).toBeGreaterThanOrEqual(0);
      expect(pages[box]).toContain('department at once.');
      seen.add(pageOf(question)).add(box + 10);
    }
    // The pages did end at different places.
    expect(seen.size).toBeGreaterThanOrEqual(4);
  });

  it('labels service, reason and note of the request', async () => {
    const input = { ...reportInput(records(0)), notes: ['Travels in May'] };
    const text = (await pageTexts(await open(input))).join(' ');
    expect(text).toContain(
      `Request Service ${input.service} Reason ${input.reasons[0]} Note Travels in May Questions asked`,
    );
  });

  it('tells the language of a text that is not English', async () => {
    const given = records();
    const input = reportInput({ ...given, diagnosticReport: { ...given.diagnosticReport, language: 'vi' } });
    const tree = JSON.stringify(await (await (await open(input)).getPage(1)).getStructTree());
    expect(tree).toContain('"lang":"vi"');
  });

  it('leaves out sections that have nothing to say', async () => {
    const given = records();
    const diagnosticReport = { ...given.diagnosticReport, conclusionCode: undefined };
    const pdf = await open(reportInput({ ...given, diagnosticReport, questions: [], reviewed: [] }));
    const titles = (await pdf.getOutline()).map((item) => item.title);
    expect(titles).toHaveLength(7);
    expect(titles).not.toContain('Questions asked');
  });

  it('spells out signs that the fonts lack, and never prints an empty box', async () => {
    const conclusion = 'Dose ≥ 5 mg/m², never ≤ 2; α-fetoprotein 1.10 × 10⁻² → 3 µg/L ± 1 °C\tfell\u200B\u0007 ↓';
    const pdf = await open({ ...reportInput(records()), conclusion });
    const text = (await pageTexts(pdf)).join(' ');
    expect(text).toContain('Dose >= 5 mg/m², never <= 2; α-fetoprotein 1.10 × 10⁻² -> 3 µg/L ± 1 °C fell (down)');
    expect(text).not.toContain('cannot show');
  });

  it('composes loose accents, and says so where a character cannot be shown', async () => {
    const input = reportInput(records());
    const name = 'Trần Đức Hưởng';
    const loose = (
      await pageTexts(await open({ ...input, patient: { name: name.normalize('NFD'), identifiers: [] } }))
    ).join(' ');
    expect(loose).toContain(name);
    expect(loose).not.toContain('cannot show');
    const chinese = (await pageTexts(await open({ ...input, patient: { name: '李 Ming', identifiers: [] } }))).join(
      ' ',
    );
    expect(chinese).toContain('\uFFFD Ming');
    expect(chinese).toContain('cannot show');
  });

  it('gives the same bytes for the same input', async () => {
    const input = reportInput(records());
    const [one, other] = [await renderReport(input, FONTS), await renderReport(input, FONTS)];
    expect(Buffer.compare(one, other)).toBe(0);
    const later = await renderReport({ ...input, createdAt: '2026-03-03T00:00:00Z' }, FONTS);
    expect(Buffer.compare(one, later)).not.toBe(0);
  });

  it('cuts texts and lists at their limits and says so, each where it was cut', async () => {
    const input = reportInput(records());
    const notice = '… (shortened; the full text is in the records of the case)';
    const whole = (await pageTexts(await open({ ...input, conclusion: 'five '.repeat(12_000).trim() }))).join(' ');
    expect(whole).not.toContain('shortened');
    const cut = (await pageTexts(await open({ ...input, conclusion: 'five '.repeat(12_000) + 'too much' }))).join(' ');
    expect(cut).toContain(`five${notice}`);
    expect(cut).not.toContain('too much');
    const note = (await pageTexts(await open({ ...input, notes: ['five '.repeat(1_000) + 'too much'] }))).join(' ');
    expect(note).toContain(`five${notice} Questions asked`);
    const attesters = [{ name: 'N'.repeat(201), credentials: [] }];
    expect((await pageTexts(await open({ ...input, attesters }))).join(' ')).toContain(`N${notice}`);
    const questions = Array.from({ length: 501 }, (_, index) => `Question ${index + 1}?`);
    const listed = (await pageTexts(await open({ ...input, questions }))).join(' ');
    expect(listed).toMatch(/500\. Question 500\? (Trung .* )?501\. \(shortened; /);
    expect(listed).not.toContain('Question 501?');
  });

  it('breaks long words without losing a character, and no others', async () => {
    const input = reportInput(records());
    const word = Array.from({ length: 150 }, (_, index) => String(1000 + index)).join('');
    const text = (await pageTexts(await open({ ...input, questions: [], conclusion: word }))).join(' ');
    expect(text.replaceAll(' ', '')).toContain(word);
    const table =
      'Hb | 13.1 | g/dL | 12.0 - 15.5 | - | WBC | 6.1 | G/L | 4.0 - 10.0 | - | CRP | 1.2 | mg/L | 0.0 - 5.0 | -';
    expect((await pageTexts(await open({ ...input, conclusion: table }))).join(' ')).toContain(table);
  });

  it('cuts a letterhead that is too long for its line at the margin', async () => {
    const input = reportInput(records());
    const lines = ['Long Street '.repeat(20_000), 'short'];
    const [page] = await pageTexts(await open({ ...input, programme: { name: 'W'.repeat(150), lines } }));
    expect(page).toMatch(/ W{20,60}… (Long Street ){5,20}[Long Stre]{0,10}… short Case SO-/);
  });

  it('takes no more than a few times as long for texts made to be slow', async () => {
    const input = reportInput(records());
    const timeOf = async (changes: Partial<ReportInput>): Promise<number> => {
      const began = cpuTime();
      await renderReport({ ...input, ...changes }, FONTS);
      return cpuTime() - began;
    };
    await timeOf({});
    // The first runs still compile.
    const usual = Math.max(50, await timeOf({}), await timeOf({}));
    const slow: Partial<ReportInput>[] = [
      { conclusion: 'x'.repeat(300_000) },
      { conclusion: 'word and '.repeat(110_000) },
      // Lines end neither behind an opening bracket nor before a closing one, blanks or not.
      { conclusion: '( '.repeat(150_000) },
      { conclusion: `a${' '.repeat(300_000)}b` },
      { conclusion: 'x?\n\n'.repeat(100_000) },
      { notes: ['x'.repeat(300_000)] },
      { programme: { name: 'x'.repeat(300_000), lines: ['y'.repeat(300_000)] } },
      { patient: { name: 'x'.repeat(300_000), identifiers: [] } },
    ];
    for (const changes of slow) expect(await timeOf(changes)).toBeLessThan(20 * usual);
  });

  it('refuses bytes that are no font', async () => {
    const fonts = { ...FONTS, bold: Buffer.from('%PDF-1.7 is no font at all') };
    await expect(renderReport(reportInput(records()), fonts)).rejects.toThrow(RangeError);
  });

  it('refuses an input without a creation date', async () => {
    await expect(renderReport({ ...reportInput(records()), createdAt: '' }, FONTS)).rejects.toThrow(RangeError);
  });
});

describe('pdfDocumentReference', () => {
  const pdf = Buffer.from('%PDF-1.7 invented');
  const input: DocumentInput = {
    pdf,
    binary: 'Binary/b1',
    caseNumber: 'SO-26-7K3M-9QTX',
    serviceRequest: 'ServiceRequest/r1',
    diagnosticReport: 'DiagnosticReport/d1',
    status: 'final',
    subject: { reference: 'Patient/p1' },
    authors: [{ reference: 'Practitioner/pr1' }],
    programme: 'prog',
    language: 'en',
    createdAt: '2026-03-02T08:15:00+07:00',
  };

  it('files the bytes with both hashes, on the report and the request', () => {
    const document = pdfDocumentReference(input);
    expect(document).toMatchObject({
      resourceType: 'DocumentReference',
      status: 'current',
      docStatus: 'final',
      type: { coding: [{ system: 'http://loinc.org', code: '11488-4' }] },
      subject: { reference: 'Patient/p1' },
      custodian: { reference: 'Organization/prog' },
      context: { related: [{ reference: 'DiagnosticReport/d1' }, { reference: 'ServiceRequest/r1' }] },
    });
    expect(document.content).toEqual([
      {
        attachment: {
          extension: [{ url: SHA256_EXTENSION, valueBase64Binary: createHash('sha256').update(pdf).digest('base64') }],
          contentType: 'application/pdf',
          language: 'en',
          url: 'Binary/b1',
          size: 17,
          hash: createHash('sha1').update(pdf).digest('base64'),
          title: 'Second opinion SO-26-7K3M-9QTX',
          creation: '2026-03-02T08:15:00+07:00',
        },
      },
    ]);
    expect(document).not.toHaveProperty('id');
    expect(document).not.toHaveProperty('relatesTo');
  });

  it('of a changed report is amended and takes the place of the one before', () => {
    const document = pdfDocumentReference({
      ...input,
      id: 'x2',
      status: 'corrected',
      replaces: 'DocumentReference/x1',
    });
    expect(document).toMatchObject({
      id: 'x2',
      docStatus: 'amended',
      relatesTo: [{ code: 'replaces', target: { reference: 'DocumentReference/x1' } }],
    });
  });
});
