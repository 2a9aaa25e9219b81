import { randomUUID } from 'node:crypto';
import { CANONICAL } from '../../../src/cases/index.ts';
import type { Json, Partner } from '../../support/house.ts';
import { readSyntheticRecords } from '../../support/synthetic-records.ts';
import { SYSTEM } from '../packet.ts';
import type { SentCase } from '../packet.ts';
import { done, entryOf, writtenBy } from './moves.ts';
import { attachment, concept, guide, ICD_10, LOINC, SNOMED, V2_0074 } from './words.ts';

/** Gives the reference of a packet's record by its name. */
type Named = (name: string) => { reference: string };

export interface FullPacket {
  readonly programme: string;
  /** The placer's own number. */
  readonly number: string;
  /** Code of second-opinion-service. */
  readonly service: string;
  /** Instant of the sending: the patient's story is that of the weeks before. */
  readonly at: string;
  /** Of the hospital's letters; English unless told. */
  readonly language?: string;
  /** Names of records that are left out; `request` stays. */
  readonly leave?: readonly string[];
  /** More records, or others in place of those of the same name; they are named in the request. */
  readonly add?: (named: Named, subject: { reference: string }) => Readonly<Record<string, Json>>;
  /** Put into the ServiceRequest over what stands there. */
  readonly request?: (named: Named) => Json;
  /** A whole patient's record, which is sent along: its patient and its cancer are those of the case. */
  readonly chart?: Json;
}

/** A case whose packet's records are known by their names. */
export interface ProgrammeCase extends SentCase {
  /** `Type/id` by the name in the packet. */
  readonly of: Readonly<Record<string, string>>;
}

/** A transaction Bundle that knows its entries by name. */
export interface PacketBundle {
  readonly bundle: Json;
  /** Names of the entries, in their order. */
  readonly names: readonly string[];
  readonly number: string;
}

const DAY_MS = 86_400_000;
/** What of a chart speaks for the opinion; visits, claims and vaccinations do not. */
const CLINICAL = /^(Procedure|MedicationRequest|DiagnosticReport|ImagingStudy|AllergyIntolerance|CarePlan)$/;
/** Elements of the request in which these are named; all others in supportingInfo. */
const NAMED_ELSEWHERE: ReadonlySet<string> = new Set(['patient', 'condition', 'doctor', 'coverage']);

/** A patient's record of `shared/inputs`, where that lies beside the project. */
export function readChart(name: string): Json {
  const bytes = readSyntheticRecords().get(name);
  return bytes === undefined ? undefined : JSON.parse(bytes.toString('utf8'));
}

/** All that any programme asks for, of an invented patient with a cancer of the colon: one transaction, the request last. */
export function fullPacket(wanted: FullPacket): PacketBundle {
  const { number, programme, service, chart } = wanted;
  const urls = new Map<string, string>();
  const named: Named = (name) => {
    const reference = urls.get(name) ?? `urn:uuid:${randomUUID()}`;
    urls.set(name, reference);
    return { reference };
  };
  const inChart = (chart?.entry ?? []) as Json[];
  for (const { fullUrl, resource } of inChart) {
    if (resource.resourceType === 'Patient') urls.set('patient', fullUrl);
    if (resource.resourceType === 'Condition' && /malignan|carcinoma/i.test(resource.code.text))
      urls.set('condition', fullUrl);
  }
  const leave = new Set([...(wanted.leave ?? []), ...(chart === undefined ? [] : ['patient', 'condition'])]);
  const all = { ...invented(wanted, named), ...wanted.add?.(named, named('patient')) };
  const own = Object.entries(all).filter(([name]) => !leave.has(name));
  const supporting = own.filter(([name]) => !NAMED_ELSEWHERE.has(name)).map(([name]) => named(name));
  const ofChart = inChart.filter(({ resource }) => CLINICAL.test(resource.resourceType));
  const request = {
    resourceType: 'ServiceRequest',
    identifier: [
      { type: concept('http://terminology.hl7.org/CodeSystem/v2-0203', 'PLAC'), system: SYSTEM, value: number },
    ],
    status: 'active',
    intent: 'order',
    code: guide('second-opinion-service', service),
    subject: named('patient'),
    authoredOn: wanted.at,
    requester: named('doctor'),
    performer: [{ reference: `Organization/${programme}` }],
    reasonReference: [named('condition')],
    supportingInfo: [...supporting, ...ofChart.map(({ fullUrl }) => ({ reference: fullUrl }))],
    ...(all['coverage'] === undefined ? {} : { insurance: [named('coverage')] }),
    ...wanted.request?.(named),
  };
  const entry = [
    ...inChart,
    ...own.map(([name, resource]) => entryOf(resource, named(name).reference)),
    entryOf(request, named('request').reference),
  ];
  const nameOf = new Map([...urls].map(([name, url]) => [url, name]));
  return {
    bundle: { resourceType: 'Bundle', type: 'transaction', entry },
    names: entry.map(({ fullUrl }, n) => nameOf.get(fullUrl) ?? `chart-${n}`),
    number,
  };
}

/** The records of an invented patient, by their names. */
function invented({ at, number, language = 'en' }: FullPacket, named: Named): Record<string, Json> {
  const subject = named('patient');
  const before = (days: number): string => new Date(Date.parse(at) - days * DAY_MS).toISOString().slice(0, 10);
  const letter = (kind: string, days: number): Json => ({
    resourceType: 'DocumentReference',
    status: 'current',
    category: [guide('packet-document-kind', kind)],
    subject,
    date: `${before(days)}T10:00:00Z`,
    author: [named('doctor')],
    content: [{ attachment: attachment(`Invented ${kind} of ${number}`, language) }],
  });
  return {
    patient: {
      resourceType: 'Patient',
      identifier: [{ system: `${SYSTEM}/patients`, value: `P-${number}` }],
      name: [{ family: `Family-${number}`, given: ['Given'] }],
      gender: 'female',
      birthDate: '1968-03-14',
      communication: [{ language: concept('urn:ietf:bcp:47', language), preferred: true }],
    },
    doctor: { resourceType: 'Practitioner', name: [{ text: 'Dr Home' }] },
    condition: {
      resourceType: 'Condition',
      code: {
        coding: [
          { system: SNOMED, code: '363406005' },
          { system: ICD_10, code: 'C18.7' },
        ],
      },
      subject,
      recordedDate: before(24),
    },
    consent: {
      resourceType: 'Consent',
      status: 'active',
      scope: concept('http://terminology.hl7.org/CodeSystem/consentscope', 'patient-privacy'),
      category: [guide('consent-purpose', 'cross-border-opinion')],
      patient: subject,
      dateTime: before(1),
      policyRule: { text: 'Consent form of the hospital' },
    },
    form: form(subject, {}, language),
    opinion: letter('first-opinion', 10),
    pathology: letter('pathology-report', 22),
    study: {
      resourceType: 'ImagingStudy',
      status: 'available',
      subject,
      started: `${before(21)}T14:10:00Z`,
      modality: [{ system: 'http://dicom.nema.org/resources/ontology/DCM', code: 'CT' }],
    },
    ct: {
      resourceType: 'DiagnosticReport',
      status: 'final',
      category: [concept(V2_0074, 'RAD')],
      code: { text: 'CT of chest and abdomen' },
      subject,
      effectiveDateTime: before(21),
      imagingStudy: [named('study')],
      result: [named('haemoglobin')],
    },
    haemoglobin: {
      resourceType: 'Observation',
      status: 'final',
      category: [concept('http://terminology.hl7.org/CodeSystem/observation-category', 'laboratory')],
      code: concept(LOINC, '718-7'),
      subject,
      effectiveDateTime: before(20),
      valueQuantity: { value: 118, unit: 'g/L', system: 'http://unitsofmeasure.org', code: 'g/L' },
    },
    pill: {
      resourceType: 'MedicationStatement',
      status: 'active',
      medicationCodeableConcept: { text: 'Invented drug' },
      subject,
      dateAsserted: before(1),
    },
    allergies: none(subject, '48765-2'),
    treatment: none(subject, '47519-4'),
  };
}

/** The guide's form as the home side fills it in; `says`: `in-hospital`, `intensive-care`, or otherwise not. */
export function form(
  patient: { reference: string },
  says: Readonly<Record<string, boolean>> = {},
  language = 'en',
): Json {
  const where = { 'in-hospital': false, 'intensive-care': false, ...says };
  return {
    resourceType: 'QuestionnaireResponse',
    status: 'completed',
    questionnaire: `${CANONICAL}/Questionnaire/narrative-and-questions`,
    language,
    subject: patient,
    item: [
      { linkId: 'narrative', answer: [{ valueString: 'What happened.' }] },
      { linkId: 'questions', answer: [{ valueString: 'Is it so?' }, { valueString: 'What now?' }] },
      ...Object.entries(where).map(([linkId, valueBoolean]) => ({ linkId, answer: [{ valueBoolean }] })),
    ],
  };
}

/** A List by which the home side says that it knows of none; `code` of LOINC. */
export function none(patient: { reference: string }, code: string): Json {
  return {
    resourceType: 'List',
    status: 'current',
    mode: 'snapshot',
    code: concept(LOINC, code),
    subject: patient,
    emptyReason: concept('http://terminology.hl7.org/CodeSystem/list-empty-reason', 'nilknown'),
  };
}

/** A Coverage by the insurer; `kind`: of payer-kind. */
export function coverage(patient: { reference: string }, kind: string, payor = 'Organization/insurer'): Json {
  return {
    resourceType: 'Coverage',
    status: 'active',
    type: guide('payer-kind', kind),
    beneficiary: patient,
    subscriberId: 'member-17',
    payor: [{ reference: payor }],
  };
}

/** Stores a packet: what it made, as `Type/id` by its names. */
export async function storePacket(home: Partner, { bundle, names }: PacketBundle): Promise<ProgrammeCase['of']> {
  const refs = writtenBy(await done(home.fetch('POST', '', bundle)));
  return Object.fromEntries(names.map((name, n) => [name, refs[n]!]));
}

/** The case that was opened for a packet's request. */
export async function openedCase(home: Partner, number: string, of: ProgrammeCase['of']): Promise<ProgrammeCase> {
  const request = of['request']!;
  const found = await done(home.fetch('GET', `/Task?based-on=${request}`));
  const task = `Task/${found.entry[0].resource.id}`;
  return { number, request, task, patient: of['patient']!, refs: Object.values(of), of };
}

/** Sends a packet, and finds the Task of the case that it opened. */
export async function sendPacket(home: Partner, packet: PacketBundle): Promise<ProgrammeCase> {
  return openedCase(home, packet.number, await storePacket(home, packet));
}
