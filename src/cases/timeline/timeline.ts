import type { Resource } from '../../fhir/index.ts';
import type { CaseEvent, CaseRow } from '../case.ts';
import { BUSINESS_STATUS_SYSTEM, CANONICAL, CASE_NUMBER_SYSTEM } from '../catalogue.ts';
import { heldBy } from '../clock/ledger.ts';
import type { Holder } from '../state.ts';
import type { BusinessStatus, Standing } from '../states.ts';
import { isClosed } from '../states.ts';
import { describeEvent, describeMoment, describeSpan, displayOf } from './describe.ts';
import type { TimelineLanguage } from './languages.ts';
import { wordsIn } from './languages.ts';
import type { Words } from './words.ts';

export const CASE_EVENT_SYSTEM = `${CANONICAL}/CodeSystem/case-event`;
export const HOLDER_SYSTEM = `${CANONICAL}/CodeSystem/case-holder`;

/** An event as it is kept: with who did it. */
export interface ToldEvent {
  readonly event: CaseEvent;
  /** Id of the organisation. */
  readonly organization: string;
  /** `Practitioner/x`, where one was signed in. */
  readonly person?: string;
}

export interface TimelineInput {
  readonly row: Standing & Pick<CaseRow, 'number' | 'state'>;
  /** In order. */
  readonly events: readonly ToldEvent[];
  /** IANA: that of the programme. */
  readonly timeZone: string;
  readonly language: TimelineLanguage;
  /** Instant. */
  readonly now: string;
  /** Whether records of a type may be named to whoever asks. */
  readonly mayName: (type: string) => boolean;
  /** English names of specialties by their SNOMED CT codes. */
  readonly specialties: ReadonlyMap<string, string>;
  /** Address of what follows, where this is not all. */
  readonly next?: string;
}

type Part = Readonly<Record<string, unknown>>;

/** A case's timeline: https://consilium.example/fhir/OperationDefinition/case-timeline */
export function tellTimeline(input: TimelineInput): Resource {
  const { row, events, now, next } = input;
  const words = wordsIn(input.language);
  const dueAt = isClosed(row.status) ? undefined : row.state.dueAt;
  return {
    resourceType: 'Parameters',
    parameter: [
      { name: 'case', valueIdentifier: { system: CASE_NUMBER_SYSTEM, value: row.number } },
      { name: 'status', valueCode: row.status },
      { name: 'businessStatus', valueCodeableConcept: statusConcept(row.businessStatus, words) },
      ...(dueAt === undefined ? [] : [{ name: 'due', valueDateTime: dueAt }]),
      ...tellHolders(row, words, now),
      ...events.map((told) => ({ name: 'event', part: tellEvent(told, words, input) })),
      ...(next === undefined ? [] : [{ name: 'next', valueUrl: next }]),
    ],
  };
}

function statusConcept(code: BusinessStatus, words: Words): Part {
  return { coding: [{ system: BUSINESS_STATUS_SYSTEM, code }], text: words.statuses[code] };
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Who has had the case, and for how long; whoever never had it is left out. */
function tellHolders({ state }: Pick<CaseRow, 'state'>, words: Words, now: string): Part[] {
  const held = heldBy(state.ledger, now);
  const holders = [...new Set(state.ledger.map(({ holder }) => holder))];
  return holders.map((holder: Holder) => {
    const days = Math.round((held[holder] / DAY_MS) * 10) / 10;
    const text = words.held[holder].replace('{time}', describeSpan(held[holder], words));
    return {
      name: 'held',
      part: [
        { name: 'holder', valueCoding: { system: HOLDER_SYSTEM, code: holder } },
        {
          name: 'time',
          valueDuration: { value: days, unit: 'd', system: 'http://unitsofmeasure.org', code: 'd' },
        },
        { name: 'text', valueString: text },
      ],
    };
  });
}

function tellEvent({ event, organization, person }: ToldEvent, words: Words, input: TimelineInput): Part[] {
  const { timeZone, mayName, language, specialties } = input;
  const { type, at, focus, businessStatus, detail = {} } = event;
  const isNamed = isNameable(focus, mayName);
  const specialty = specialties.get(detail['specialty'] ?? '');
  // The sentence says of what type a record is only where that is said beside it.
  const nameable = Object.entries(detail).filter(([, value]) => isNameable(value, mayName));
  const told = { ...event, focus: isNamed ? focus : '', detail: Object.fromEntries(nameable) };
  return [
    { name: 'at', valueInstant: at },
    { name: 'when', valueString: describeMoment(at, words, timeZone) },
    { name: 'type', valueCoding: { system: CASE_EVENT_SYSTEM, code: type, display: displayOf(type) } },
    { name: 'text', valueString: describeEvent(told, words, timeZone, language === 'en' ? specialty : undefined) },
    { name: 'who', valueReference: { reference: `Organization/${organization}` } },
    ...(person === undefined ? [] : [{ name: 'person', valueReference: { reference: person } }]),
    ...(isNamed ? [{ name: 'focus', valueReference: { reference: focus } }] : []),
    { name: 'businessStatus', valueCodeableConcept: statusConcept(businessStatus, words) },
    ...nameable.map(([name, value]) => ({
      name: 'detail',
      part: [
        { name: 'name', valueCode: name },
        { name: 'value', valueString: value },
        ...(name === 'specialty' && specialty !== undefined ? [{ name: 'display', valueString: specialty }] : []),
      ],
    })),
  ];
}

/** Codes and instants are; a reference to a record is where its type is. */
function isNameable(value: string, mayName: TimelineInput['mayName']): boolean {
  const [, type] = /^([A-Z][A-Za-z]+)\//.exec(value) ?? [];
  return type === undefined || mayName(type);
}
