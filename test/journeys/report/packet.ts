import type { Json, Partner } from '../../support/house.ts';
import { SYSTEM } from '../packet.ts';
import { create } from '../programme/moves.ts';
import { form, fullPacket } from '../programme/packet.ts';
import type { PacketBundle } from '../programme/packet.ts';
import { attachment, concept, guide, to } from '../programme/words.ts';
import type { Coded, Story } from './story.ts';

/** The organisations of a story, and what its home side sends. */

const TRANSLATION = 'http://hl7.org/fhir/StructureDefinition/translation';

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
  const { language, patient, doctor, condition, stage, planned, result, questions } = story;
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
