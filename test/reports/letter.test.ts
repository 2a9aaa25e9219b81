import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Resource } from '../../src/fhir/index.ts';
import { composeLetter, deriveComposition } from '../../src/reports/index.ts';
import type { Letter } from '../../src/reports/index.ts';
import { composition, guide, LANGUAGES, narrative, otherRecords, sampleDocument, to } from './documents.ts';
import type { Language } from './documents.ts';
import { outline } from './outline.ts';

function golden(language: Language): string[] {
  const file = new URL(`./golden/${language}.txt`, import.meta.url);
  return readFileSync(file, 'utf8').trimEnd().split('\n');
}

/** The document in English, its records changed one by one: undefined leaves one out. */
function letterOf(change: (record: Resource) => Resource | undefined, language: Language = 'en'): Letter {
  const records = [composition(language), ...otherRecords()].flatMap((record) => change(record) ?? []);
  return composeLetter(sampleDocument(language, { records }));
}

function withMembers(type: string, members: object): (record: Resource) => Resource {
  return (record) => (record.resourceType === type ? { ...record, ...members } : record);
}

/** Of one section, by its heading. */
function sectionOf(letter: Letter, heading: string): string[] {
  const { sections } = letter;
  return outline({ ...letter, sections: sections.filter((one) => one.heading === heading) }).slice(1);
}

/** A document whose Composition has these sections and no others. */
function letterWith(section: readonly object[], more: readonly Resource[] = []): Letter {
  const records = [{ ...composition('en'), section }, ...otherRecords(), ...more];
  return composeLetter(sampleDocument('en', { records }));
}

describe('composeLetter', () => {
  it('says in English what the report says, and whose it is', () => {
    const letter = composeLetter(sampleDocument('en'));
    expect(outline(letter).join('\n').split('\n')).toEqual(golden('en'));
    expect({ ...letter, sections: [] }).toEqual({
      language: 'en',
      title: 'Second opinion SO-26-7K3M-9QTX',
      subject: 'Second opinion',
      createdAt: '2026-03-02T01:15:00Z',
      programme: {
        name: 'Trung tâm Ý kiến Thứ hai Thử Nghiệm',
        lines: ['12 Đường Hữu Nghị, 700000 Thành phố Hư Cấu VN', '+84 00 0000 0000 · opinions@programme.example'],
      },
      foot: 'Case SO-26-7K3M-9QTX',
      pageOf: 'Page {page} of {pages}',
      sections: [],
      undrawable: expect.stringContaining('\uFFFD'),
      shortened: '… (shortened; the full text is in the records of the case)',
    });
  });

  it.each(['vi', 'zh', 'ar'] as const)(
    'says it in the language of its text (%s), as a translation that was amended',
    (language) => {
      const letter = composeLetter(
        sampleDocument(language, {
          records: [composition(language, 'amended'), ...otherRecords('amended')],
          relatesTo: [{ code: 'transforms', uuid: '22222222-2222-8333-8444-555555555555' }],
        }),
      );
      expect(outline(letter).join('\n').split('\n')).toEqual(golden(language));
      expect(letter.language).toBe(language);
    },
  );

  it('has every word in every language', () => {
    // What is left of English in another language is what the records say.
    const said = LANGUAGES.map((language) =>
      outline(
        letterOf((record) => (record.resourceType === 'Composition' ? { ...record, section: [] } : record), language),
      ),
    );
    const [english, ...others] = said.map((lines) => new Set(lines.map((line) => line.split(' = ')[0]!)));
    for (const lines of others)
      expect([...lines].filter((line) => english!.has(line) && line.startsWith('#'))).toEqual([]);
  });

  it('takes English for a language that it has no words for, and tells the language of the texts', () => {
    const letter = letterOf((record) =>
      record.resourceType === 'Composition' ? { ...record, language: 'fr-CA' } : record,
    );
    expect(letter.language).toBe('en');
    expect(letter.sections.find(({ heading }) => heading === 'Summary')).toMatchObject({ language: 'fr-CA' });
    expect(letter.sections.find(({ heading }) => heading === 'Patient')).not.toHaveProperty('language');
  });

  it('keeps the whole tag of a language, and tells of a section in another one', () => {
    const section = [
      {
        title: 'One',
        text: { status: 'additional', div: '<div xmlns="http://www.w3.org/1999/xhtml" lang="vi"><p>Một</p></div>' },
      },
    ];
    const records = [{ ...composition('zh'), language: 'zh-Hans-CN', section }, ...otherRecords()];
    const letter = composeLetter(sampleDocument('zh', { records }));
    expect(letter.language).toBe('zh-Hans-CN');
    expect(letter.sections.find(({ heading }) => heading === 'One')).toMatchObject({ language: 'vi' });
  });

  it('says where it can be checked', () => {
    const verification = { address: 'https://gateway.example/verify/1', digest: 'ab'.repeat(32) };
    expect(composeLetter(sampleDocument('en'), { verification }).verification).toEqual({
      ...verification,
      heading: 'Check this report',
      text: expect.stringContaining('no patient data'),
      digestLabel: 'SHA-256 of the document',
    });
  });

  it('refuses what does not begin with a Composition', () => {
    expect(() => composeLetter({ resourceType: 'Bundle', type: 'document', entry: [] })).toThrow(TypeError);
  });

  it('leaves out sections that say nothing', () => {
    const empty = [{ title: 'Nothing', code: guide('report-section', 'staging'), text: narrative('<p> </p>') }];
    expect(letterWith(empty).sections.map(({ heading }) => heading)).not.toContain('Nothing');
    const why = [{ ...empty[0], emptyReason: { text: 'Not known' } }];
    expect(sectionOf(letterWith(why), 'Nothing')).toEqual(['Not known']);
  });

  it('calls sections as the report does, else by their code', () => {
    const text = narrative('<p>Text.</p>');
    const headings = letterWith([{ code: guide('report-section', 'further-tests'), text }]).sections.map(
      ({ heading }) => heading,
    );
    expect(headings).toContain('Further tests');
  });

  it('makes do with the names of references where records are missing', () => {
    const kept = new Set(['Composition', 'ServiceRequest', 'DiagnosticReport']);
    const letter = letterOf((record) => (kept.has(record.resourceType) ? record : undefined));
    expect(sectionOf(letter, 'Patient')).toEqual(['Name = Not named']);
    expect(sectionOf(letter, 'Referred by')).toEqual(['Organisation = Not named']);
    expect(sectionOf(letter, 'Attested by')).toEqual(['@ Not named', '  Attested: 2026-03-02', '@ GS. Vũ Kỳ Ẩn']);
    expect(letter.programme).toEqual({ name: 'Second opinion', lines: [] });
  });
});

describe('whom and what a letter is about', () => {
  it.each([
    [
      'those of type MR, each once',
      [mr('4711'), { ...mr('4711'), system: 'urn:other' }, { type: { text: 'Other' }, value: '1' }],
      'MRN 4711',
    ],
    [
      'those without coded type',
      [passport(), { type: { text: 'Hospital number' }, value: '17' }, { value: '18' }],
      'Hospital number 17, 18',
    ],
    ['no passport', [passport()], undefined],
  ])('numbers of a patient: %s', (_name, identifier, said) => {
    const lines = sectionOf(letterOf(withMembers('Patient', { identifier })), 'Patient');
    expect(lines.find((line) => line.startsWith('Identifiers'))).toBe(
      said === undefined ? undefined : `Identifiers = ${said}`,
    );
  });

  it('names the service as the order does, else as the catalogue does, in the language of the letter', () => {
    const serviceOf = (code: unknown, language: Language = 'en'): string =>
      letterOf(withMembers('ServiceRequest', { code }), language)
        .sections.flatMap(({ blocks }) => blocks.flatMap((block) => (block.kind === 'fields' ? block.rows : [])))
        .find(([label]) => label === 'Service' || label === 'Dịch vụ')![1];
    const system = 'https://consilium.example/fhir/CodeSystem/second-opinion-service';
    const coding = [
      { system: 'urn:local', code: 'X1' },
      { system, code: 'pathology-review' },
    ];
    expect(serviceOf({ coding })).toBe('Review of pathology slides');
    expect(serviceOf({ coding, text: 'Look at the slides' })).toBe('Look at the slides');
    expect(serviceOf({ coding: [{ system, code: 'pathology-review', display: 'Slides' }] })).toBe('Slides');
    expect(serviceOf({ coding }, 'vi')).toBe('Đọc lại tiêu bản giải phẫu bệnh');
    const listed = [{ system, code: 'pathology-review', display: 'Review of pathology slides' }];
    expect(serviceOf({ coding: listed }, 'vi')).toBe('Đọc lại tiêu bản giải phẫu bệnh');
  });

  it('reads displays in the language of the letter, where they have been translated', () => {
    const extension = [
      { url: 'lang', valueCode: 'vi' },
      { url: 'content', valueString: 'Khối u phổi' },
    ];
    const companion = { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/translation', extension }] };
    const reasonCode = [{ coding: [{ display: 'Lung mass', _display: companion }] }];
    const reason = (language: Language): string =>
      outline(letterOf(withMembers('ServiceRequest', { reasonCode }), language)).join('\n');
    expect(reason('en')).toContain('Lung mass');
    expect(reason('vi')).toContain('Khối u phổi');
    expect(reason('vi')).not.toContain('Lung mass');
  });

  it.each([
    ['a fully specified name alone', { coding: [snomed('Lobectomy of lung (procedure)')] }, 'Lobectomy of lung'],
    ['a copy of it as text', { text: 'Asthma (disorder)', coding: [snomed('Asthma (disorder)')] }, 'Asthma'],
    ['a wording of its own', { text: 'Mass (finding)', coding: [snomed('Lung mass (finding)')] }, 'Mass (finding)'],
    ['brackets that are no tag', { coding: [snomed('Excision (left)')] }, 'Excision (left)'],
    ['another system', { coding: [{ system: 'urn:local', display: 'Cough (finding)' }] }, 'Cough (finding)'],
  ])('reads of %s what is meant for readers', (_name, code, said) => {
    expect(sectionOf(letterOf(withMembers('ServiceRequest', { reasonCode: [code] })), 'Request')).toContain(
      `Reason = ${said}`,
    );
  });

  it('names who interpreted where nobody attested, else who performed, else who wrote', () => {
    const bare = (members: object): string[] =>
      sectionOf(
        letterOf((record) => {
          if (record.resourceType === 'Composition')
            return { ...record, attester: undefined, author: [to('Practitioner/pr2')] };
          return record.resourceType === 'DiagnosticReport'
            ? { ...record, resultsInterpreter: undefined, ...members }
            : record;
        }),
        'Attested by',
      );
    expect(bare({ resultsInterpreter: [to('Practitioner/pr1')] })[0]).toBe('@ PGS. TS. Trần Đức Hưởng');
    expect(bare({ performer: [to('Organization/prog')] })).toEqual(['@ Trung tâm Ý kiến Thứ hai Thử Nghiệm']);
    expect(bare({})).toEqual(['@ Ada Fictional']);
  });
});

describe('where a letter comes from', () => {
  const agent = (method: string, who: object): object => ({ role: [guide('translation-method', method)], who });
  const translation = (...agents: readonly object[]): Resource => ({
    resourceType: 'Provenance',
    id: 'by',
    target: [to('Composition/text-vi')],
    agent: agents,
  });
  const letterFrom = (relatesTo: readonly object[], language: Language, ...more: readonly Resource[]): Letter => {
    const records = [{ ...composition(language), relatesTo }, ...otherRecords(), ...more];
    return composeLetter(sampleDocument(language, { records }));
  };
  const TRANSFORMS = { code: 'transforms', targetReference: to('Composition/text-en') };

  it.each([
    ['human', to('Organization/prog'), 'Trung tâm Ý kiến Thứ hai Thử Nghiệm (do người dịch)'],
    ['machine', { display: 'MT 3' }, 'MT 3 (máy dịch)'],
    ['machine-then-human', {}, 'không nêu (máy dịch, có người kiểm tra)'],
  ])('says of a translation that it is %s, by whom, and that the original was attested', (method, who, said) => {
    const letter = letterFrom([TRANSFORMS], 'vi', translation(agent(method, who)));
    expect(sectionOf(letter, 'Thông tin hồ sơ')).toContain(
      `Đơn vị dịch: ${said}; việc xác nhận thực hiện trên bản gốc.`,
    );
    expect(outline(letter)).toContain('  Xác nhận trong bản gốc ngày: 2026-03-02');
    const original = outline(letterFrom([], 'vi', translation(agent(method, who))));
    expect(original).toContain('  Xác nhận ngày: 2026-03-02');
    expect(original.join()).not.toContain('dịch:');
  });

  it('passes over who checked it, and Provenances of something else', () => {
    const other = { ...translation(agent('human', { display: 'Other' })), target: [to('Composition/other')] };
    const letter = letterFrom([TRANSFORMS], 'vi', other, { ...translation({ who: { display: 'Somebody' } }), id: 'x' });
    expect(outline(letter).join()).not.toContain('Đơn vị dịch');
  });

  it.each([
    ['replaces', { start: '2026-02-01T08:00:00Z' }, 'Replaces the document urn:uuid:1, issued 2026-02-01.'],
    ['appends', undefined, 'Adds to the document urn:uuid:1.'],
  ])('says which document it %s', (code, period, said) => {
    const related = { code, targetIdentifier: { value: 'urn:uuid:1', ...(period === undefined ? {} : { period }) } };
    const drafted = { code, targetReference: to('Composition/before') };
    const lines = sectionOf(letterFrom([drafted, related], 'en'), 'Case');
    expect(lines[0]).toBe(said);
    expect(lines[1]).toMatch(/^Case number/);
  });

  it('tells no day of issue of what is not issued', () => {
    const lines = (status: string): string =>
      sectionOf(letterOf(withMembers('DiagnosticReport', { status })), 'Case').join();
    expect(lines('final')).toContain('Issued = 2026-03-02');
    for (const status of ['registered', 'partial', 'preliminary']) expect(lines(status)).not.toContain('Issued =');
  });

  it('names a specialty that comes as a bare code, or leaves it out', () => {
    const code = (own: string): object => ({ coding: [{ system: 'http://snomed.info/sct', code: own }] });
    const said = (specialty: readonly object[]): string[] => {
      const records = [composition('en'), ...otherRecords()].map((one) =>
        one.id === 'role1' ? { ...one, specialty, code: [code('1')] } : one,
      );
      const specialties = new Map([['394593009', 'Medical oncology']]);
      return sectionOf(composeLetter(sampleDocument('en', { records }), { specialties }), 'Attested by');
    };
    const named = said([code('394593009'), code('999'), { text: 'Lungs' }]);
    expect(named.slice(2, 5)).toEqual(['  Medical oncology', '  Lungs', '  Trung tâm Ý kiến Thứ hai Thử Nghiệm']);
  });
});

describe('sections of a letter', () => {
  const differences = { title: 'Differences', entry: [to('Observation/differs')] };

  it('do not repeat what the text says in a table already, and do what it says elsewhere', () => {
    const table = '<table><tr><th>Stage</th><td>cT2a cN0 cM0</td><td>cT2a cN1 cM0</td><td>Revised</td></tr></table>';
    expect(sectionOf(letterWith([{ ...differences, text: narrative(table) }]), 'Differences')).toEqual([
      '| Stage | cT2a cN0 cM0 | cT2a cN1 cM0 | Revised |',
    ]);
    const prose = narrative('<p>Stage cT2a cN0 cM0 is cT2a cN1 cM0: Revised.</p>');
    expect(sectionOf(letterWith([{ ...differences, text: prose }]), 'Differences')).toHaveLength(3);
  });

  it('list the steps of a plan unless the text has them', () => {
    const plan = { title: 'Plan', entry: [to('CarePlan/plan')] };
    const text = narrative(
      '<ul><li>Cisplatin; 75 mg/m² on day 1 of 21</li><li>CT of the chest; after 3 months</li></ul>',
    );
    expect(sectionOf(letterWith([{ ...plan, text }]), 'Plan')).toEqual([
      '- Cisplatin; 75 mg/m² on day 1 of 21',
      '- CT of the chest; after 3 months',
      'Goals = Cure',
    ]);
  });

  it('list no steps of a plan that the text says in its own order of words', () => {
    const plan = { title: 'Plan', entry: [to('CarePlan/plan')] };
    const prose = narrative('<p>cisplatin, that is 75 mg/m² on day 1 of 21. Then CT of the chest, after 3 months.</p>');
    expect(sectionOf(letterWith([{ ...plan, text: prose }]), 'Plan').slice(1)).toEqual(['Goals = Cure']);
    const other = narrative('<p>Cisplatin, 80 mg/m² on day 1 of 21. Then CT of the chest, after 3 months.</p>');
    expect(sectionOf(letterWith([{ ...plan, text: other }]), 'Plan')[1]).toBe('1. Cisplatin; 75 mg/m² on day 1 of 21');
  });

  it('call records that were sent as they are called in the language of the letter', () => {
    const content = [
      { url: 'lang', valueCode: 'en' },
      { url: 'content', valueString: 'First plan' },
    ];
    const translated = {
      extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/translation', extension: content }],
    };
    const own: Resource = {
      resourceType: 'CarePlan',
      id: 'own',
      created: '2026-01-05',
      title: 'Kế hoạch',
      _title: translated,
    };
    const records = { title: 'Records', code: guide('report-section', 'records'), entry: [to('CarePlan/own')] };
    expect(sectionOf(letterWith([records], [own]), 'Records')).toEqual(['- 2026-01-05 · Care plan: First plan']);
  });

  it('tell a plan in their own language, and not by what its section is called already', () => {
    const inEnglish = (content: string) => ({
      extension: [
        {
          url: 'http://hl7.org/fhir/StructureDefinition/translation',
          extension: [
            { url: 'lang', valueCode: 'en' },
            { url: 'content', valueString: content },
          ],
        },
      ],
    });
    const plan: Resource = {
      resourceType: 'CarePlan',
      id: 'own',
      language: 'vi',
      title: 'Kế hoạch điều trị được khuyến nghị',
      description: 'Mổ trước.',
      _description: inEnglish('Surgery first.'),
      activity: [
        { detail: { description: 'Tập thở', _description: inEnglish('Breathing exercises') } },
        { detail: { code: { text: 'Cắt thùy phổi', _text: inEnglish('Lobectomy') }, scheduledString: '2027-03' } },
      ],
    };
    const section = { title: 'Plan', entry: [to('CarePlan/own')] };
    const said = ['Surgery first.', '1. Breathing exercises', '2. Lobectomy; 2027-03'];
    expect(sectionOf(letterWith([section], [plan]), 'Plan')).toEqual(said);
    const titled = { ...plan, title: 'Kế hoạch A', _title: inEnglish('Plan A') };
    expect(sectionOf(letterWith([section], [titled]), 'Plan')).toEqual(['Plan A', ...said]);
  });

  it('name a plan that was sent, and do not tell its steps as if they were recommended', () => {
    const first: Resource = { resourceType: 'CarePlan', id: 'first', created: '2026-01-05', title: 'Plan of the home' };
    const activity = [{ detail: { description: 'Operate at once' } }];
    const records = { title: 'Records', code: guide('report-section', 'records'), entry: [to('CarePlan/first')] };
    const letter = (more: object) => letterWith([{ ...records, ...more }], [{ ...first, activity }]);
    expect(sectionOf(letter({}), 'Records')).toEqual(['- 2026-01-05 · Care plan: Plan of the home']);
    expect(sectionOf(letter({ text: narrative('<p>A plan.</p>') }), 'Records')).toEqual(['A plan.']);
  });

  it('sum up by aspect where nothing is compared one by one', () => {
    const concordance: Resource = {
      resourceType: 'Observation',
      id: 'sum',
      code: guide('opinion-observation', 'concordance'),
      component: [
        {
          code: guide('opinion-observation', 'concordance-stage'),
          valueCodeableConcept: guide('concordance', 'confirmed'),
        },
      ],
    };
    const entry = [to('Observation/sum')];
    expect(sectionOf(letterWith([{ title: 'Differences', entry }], [concordance]), 'Differences')).toEqual([
      'Stage = Confirmed',
    ]);
    const both = { ...differences, entry: [...differences.entry, ...entry] };
    expect(sectionOf(letterWith([both], [concordance]), 'Differences').join()).not.toContain('Confirmed');
  });

  it('tell values of other Observations where no records are listed', () => {
    const hb: Resource = {
      resourceType: 'Observation',
      id: 'x',
      code: { text: 'Hb' },
      valueQuantity: { value: 13.1, unit: 'g/dL' },
    };
    expect(sectionOf(letterWith([{ title: 'Tests', entry: [to('Observation/x')] }], [hb]), 'Tests')).toEqual([
      '- Hb: 13.1 g/dL',
    ]);
  });

  it.each<[string, object]>([
    ['Procedure', { performedPeriod: { start: '2026-01-05T10:00:00Z', end: '2026-01-06' } }],
    ['Condition', { onsetDateTime: '2026-01-05', recordedDate: '2026-02-01' }],
    ['Immunization', { occurrenceDateTime: '2026-01-05' }],
    ['MedicationStatement', { dateAsserted: '2026-01-05' }],
    ['MedicationRequest', { authoredOn: '2026-01-05' }],
    ['Encounter', { period: { start: '2026-01-05' } }],
    ['Specimen', { collection: { collectedDateTime: '2026-01-05' }, receivedTime: '2026-01-07' }],
    ['DocumentReference', { content: [{ attachment: { creation: '2026-01-05' } }] }],
    ['Media', { content: { creation: '2026-01-05' } }],
  ])('find the date of a %s that was shared', (resourceType, rest) => {
    const record = { resourceType, id: 'x', ...rest } as Resource;
    const [line] = sectionOf(letterWith([{ title: 'Records', entry: [to(`${resourceType}/x`)] }], [record]), 'Records');
    expect(line).toMatch(/^- 2026-01-05 · /);
  });

  it.each([
    [{ series: [us(), us()] }, 'Imaging study: Ultrasound, thoracic'],
    [
      { series: [{ modality: { code: 'CT' }, bodySite: snomed('MCP joint (body structure)') }] },
      'Imaging study: CT, MCP joint',
    ],
    [{ modality: [{ display: 'Mammography' }], series: [us()] }, 'Imaging study: Mammography, thoracic'],
    [{ description: 'Echo', series: [us()] }, 'Imaging study: Echo'],
    [{}, 'Imaging study'],
  ])('name an imaging study by what it shows', (members, said) => {
    const record: Resource = { resourceType: 'ImagingStudy', id: 'x', ...members };
    expect(sectionOf(letterWith([{ title: 'Records', entry: [to('ImagingStudy/x')] }], [record]), 'Records')).toEqual([
      `- undated · ${said}`,
    ]);
  });

  it('put a disclaimer that is more than text as it is', () => {
    const section = [
      { title: 'Note', code: guide('report-section', 'disclaimer'), text: narrative('<ul><li>One</li></ul>') },
    ];
    expect(sectionOf(letterWith(section), 'Note')).toEqual(['- One']);
  });
});

describe('the letter of a report without sections', () => {
  const response: Resource = {
    resourceType: 'QuestionnaireResponse',
    id: 'asked',
    item: [{ linkId: 'questions', answer: [{ valueString: 'Is it so?' }, { valueString: 'What now?' }] }],
  };

  it('says the conclusion with its lines, the codes, what is attached, and the questions', () => {
    const [, ...rest] = [composition('en'), ...otherRecords()];
    const report: Resource = {
      ...rest[0]!,
      conclusion: '1. Is it so?\nYes & no < maybe.\r\n\r\n2. What now?\n\n\nSurgery.',
      conclusionCode: [
        { coding: [{ system: 'http://snomed.info/sct', code: '254626006', display: 'Adenocarcinoma of lung' }] },
        { text: 'Ung thư' },
      ],
      presentedForm: [{ title: 'Tables' }],
      result: [to('Observation/differs'), to('Observation/travel'), to('Observation/hb')],
    };
    const request = {
      ...rest[2]!,
      supportingInfo: [to('DocumentReference/pathology'), to('QuestionnaireResponse/asked')],
    };
    const members = [...rest.slice(3), response];
    const derived = deriveComposition({ report, request, programme: 'Organization/prog', members });
    const letter = composeLetter(sampleDocument('en', { records: [derived, report, request, ...members] }));
    expect(sectionOf(letter, 'Questions asked')).toEqual(['1. Is it so?', '2. What now?']);
    expect(sectionOf(letter, 'Findings and conclusion')).toEqual([
      '1. Is it so?\nYes & no < maybe.',
      '2. What now?',
      'Surgery.',
      '- Haemoglobin',
    ]);
    expect(sectionOf(letter, 'Attached to the report')).toEqual(['- Tables']);
    expect(sectionOf(letter, 'Coded conclusion')).toEqual(['- Adenocarcinoma of lung [254626006]', '- Ung thư']);
    expect(sectionOf(letter, 'What differs from the first opinion')).toHaveLength(2);
    expect(sectionOf(letter, 'Travel recommendation')).toEqual(['Travel advice = Treatment at home is advised']);
    expect(sectionOf(letter, 'Records shared for this opinion')).toEqual([
      '- 2026-02-10 · Pathology report: Slides of the right lung',
      '- 2026-02-12 · Pathology report (translation into English)',
    ]);
    const [advice] = sectionOf(letter, 'About this opinion');
    for (const said of [
      'This second opinion is advisory.',
      'does not put the patient under the care',
      'This is not an emergency service.',
    ])
      expect(advice).toContain(said);
  });
});

function mr(value: string): object {
  return { type: { coding: [{ code: 'MR' }] }, value };
}

function passport(): object {
  return { type: { coding: [{ code: 'PPN' }] }, value: 'P-1' };
}

function snomed(display: string): object {
  return { system: 'http://snomed.info/sct', code: '1', display };
}

function us(): object {
  return { modality: { code: 'US', display: 'Ultrasound' }, bodySite: { display: 'Thoracic' } };
}
