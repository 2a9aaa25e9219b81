import type { Json, Partner } from '../../support/house.ts';
import { SYSTEM } from '../packet.ts';
import { create } from '../programme/moves.ts';
import { form, fullPacket } from '../programme/packet.ts';
import type { PacketBundle } from '../programme/packet.ts';
import { attachment, concept, guide, to, V2_0074 } from '../programme/words.ts';
import type { Coded, HomeLanguage, Pair, Story } from './story.ts';

/** The organisations of a story, and what its home side sends. */

const TRANSLATION = 'http://hl7.org/fhir/StructureDefinition/translation';

const IMAGING: Readonly<Record<HomeLanguage, Pair>> = {
  vi: ['Report of the CT of chest and abdomen', 'Kết quả CT ngực và bụng'],
  zh: ['Report of the cardiac CT', '心脏CT报告'],
  ar: ['Report of the CT of the left knee', 'تقرير التصوير المقطعي للركبة اليسرى'],
};

const PILL: Readonly<Record<HomeLanguage, Pair>> = {
  vi: ['Amlodipine 5 mg once a day', 'Amlodipin 5 mg mỗi ngày một lần'],
  zh: ['Furosemide 20 mg once a day', '呋塞米20 mg，每日一次'],
  ar: ['Metformin 500 mg twice a day', 'ميتفورمين 500 ملغم مرتين في اليوم'],
};

/** A CodeableConcept in one language with its translation into the other. */
export function conceptOf({ said, coding }: Coded, story: Story, writer: 'home' | 'programme'): Json {
  const [english, own] = said;
  const [text, lang, content] = writer === 'home' ? [own, 'en', english] : [english, story.language, own];
  const parts = [
    { url: 'lang', valueCode: lang },
    { url: 'content', valueString: content },
  ];
  return {
    ...(coding === undefined ? {} : { coding: [coding] }),
    text,
    _text: { extension: [{ url: TRANSLATION, extension: parts }] },
  };
}

/** Both organisations under their own names, and the reviewer with credentials. */
export async function publishStory(home: Partner, programme: Partner, story: Story): Promise<void> {
  const { hospital, letterhead, reviewer } = story;
  for (const [partner, told, telecom] of [
    [home, hospital, [{ system: 'phone', value: hospital.phone }]],
    [
      programme,
      letterhead,
      [
        { system: 'phone', value: letterhead.phone },
        { system: 'email', value: letterhead.email },
      ],
    ],
  ] as const) {
    await create(partner, {
      resourceType: 'Organization',
      id: partner.organization,
      active: true,
      name: told.name,
      telecom,
      address: [{ line: [told.address[0]], city: told.address[1] }],
    });
  }
  await create(programme, {
    resourceType: 'Practitioner',
    id: reviewer.id,
    active: true,
    name: [reviewer.name],
    qualification: reviewer.credentials.map(({ said, issuer, since }) => ({
      code: conceptOf({ said }, story, 'programme'),
      issuer: { display: issuer },
      period: { start: since },
    })),
    communication: [concept('urn:ietf:bcp:47', 'en')],
  });
  await create(programme, {
    resourceType: 'PractitionerRole',
    id: reviewer.id,
    active: true,
    practitioner: to(`Practitioner/${reviewer.id}`),
    organization: to(`Organization/${programme.organization}`),
    specialty: [conceptOf(reviewer.specialty, story, 'programme')],
  });
}

/** The packet: questions in the language of the home side, a first opinion that is coded, and what speaks for it. */
export function packetOf(story: Story, at: string): PacketBundle {
  const { language, patient, doctor, condition, stage, planned, result } = story;
  const day = (n: number): string => `2027-02-${String(n).padStart(2, '0')}`;
  return fullPacket({
    programme: story.programme,
    number: `HOME-${language}`,
    service: 'single-specialist-opinion',
    at,
    add: (named, subject) => ({
      patient: {
        resourceType: 'Patient',
        identifier: [{ type: { text: 'MRN' }, system: `${SYSTEM}/patients`, value: `P-${language}-4711` }],
        name: [patient.name],
        gender: patient.gender,
        birthDate: patient.birthDate,
        communication: [{ language: concept('urn:ietf:bcp:47', language), preferred: true }],
      },
      doctor: { resourceType: 'Practitioner', name: [doctor] },
      condition: {
        resourceType: 'Condition',
        code: conceptOf(condition, story, 'home'),
        stage: [{ summary: conceptOf(stage, story, 'home') }],
        subject,
        recordedDate: day(5),
      },
      plan: {
        resourceType: 'CarePlan',
        status: 'active',
        intent: 'plan',
        subject,
        created: day(12),
        activity: planned.map((one) => ({ detail: { status: 'not-started', code: conceptOf(one, story, 'home') } })),
      },
      form: askedIn(form(subject, {}, language), story),
      opinion: {
        resourceType: 'DocumentReference',
        status: 'current',
        category: [guide('packet-document-kind', 'first-opinion')],
        subject,
        date: `${day(12)}T10:00:00Z`,
        author: [named('doctor')],
        content: [{ attachment: attachment('Invented first opinion', 'en') }],
      },
      ct: {
        resourceType: 'DiagnosticReport',
        status: 'final',
        category: [concept(V2_0074, 'RAD')],
        code: conceptOf({ said: IMAGING[language] }, story, 'home'),
        subject,
        effectiveDateTime: day(8),
        imagingStudy: [named('study')],
        result: [named('haemoglobin')],
      },
      pill: {
        resourceType: 'MedicationStatement',
        status: 'active',
        medicationCodeableConcept: conceptOf({ said: PILL[language] }, story, 'home'),
        subject,
        dateAsserted: day(28),
      },
      haemoglobin: {
        resourceType: 'Observation',
        status: 'final',
        category: [concept('http://terminology.hl7.org/CodeSystem/observation-category', 'laboratory')],
        code: conceptOf(result.code, story, 'home'),
        subject,
        effectiveDateTime: day(9),
        valueQuantity: { value: result.value, unit: result.unit },
      },
    }),
  });
}

function askedIn(response: Json, { questions }: Story): Json {
  const item = response.item.map((one: Json) =>
    one.linkId === 'questions' ? { ...one, answer: questions.map(({ asked }) => ({ valueString: asked })) } : one,
  );
  return { ...response, item };
}
