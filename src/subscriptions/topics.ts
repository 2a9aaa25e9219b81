import type { CaseEvent, CaseEventType } from '../cases/index.ts';
import { CANONICAL } from '../cases/index.ts';
import { splitReference } from '../fhir/index.ts';
import type { CaseFacts } from './happening.ts';
import type { FilterName } from './plan.ts';
import { FILTER_NAMES } from './plan.ts';

/** What can be subscribed to. */
export interface Topic {
  readonly name: string;
  /** Canonical: what stands in Subscription.criteria. */
  readonly url: string;
  readonly title: string;
  readonly description: string;
  readonly events: readonly CaseEventType[];
  /** Resource types that its focus can be of. */
  readonly focus: readonly string[];
  readonly filters: readonly FilterName[];
}

/** Of each write that moves a coordination Task, or the service that it is about, at least one is told. */
const PROGRESS: readonly CaseEventType[] = [
  'case-submitted',
  'case-moved',
  'case-accepted',
  'case-declined',
  'case-failed',
  'case-cancelled',
  'case-entered-in-error',
  'cancellation-requested',
  'service-confirmed',
  'service-changed',
  'meeting-scheduled',
  'meeting-held',
  'clock-stopped',
  'clock-started',
  'report-issued',
  'report-amended',
  'report-withdrawn',
];

export const TOPICS: readonly Topic[] = [
  {
    ...named('case-progress'),
    title: 'A case moved on',
    description:
      'The coordination Task of a case came to stand elsewhere (status, businessStatus), or its service was confirmed ' +
      'or changed. Focus: that Task.',
    events: PROGRESS,
    focus: ['Task'],
  },
  {
    ...named('information-requested'),
    title: 'More is asked for',
    description: 'The programme asks the hospital for records or answers, or reminds it. Focus: the Task that asks.',
    events: ['information-requested', 'information-reminded'],
    focus: ['Task'],
  },
  {
    ...named('report-issued'),
    title: 'A report was issued',
    description: 'The report of a case can be read. Focus: the DiagnosticReport.',
    events: ['report-issued'],
    focus: ['DiagnosticReport'],
  },
  {
    ...named('report-amended'),
    title: 'An issued report was changed',
    description: 'A report was amended, translated or withdrawn after it had been issued. Focus: the DiagnosticReport.',
    events: ['report-amended', 'report-translated', 'report-withdrawn'],
    focus: ['DiagnosticReport'],
  },
  {
    ...named('appointment'),
    title: 'A date was set or changed',
    description:
      'A video consultation or a meeting of the team was proposed, arranged, changed, called off, missed or held. ' +
      'Focus: the Appointment, or the Task of the consultation where that says so.',
    events: [
      'visit-scheduled',
      'visit-missed',
      'visit-cancelled',
      'visit-held',
      'meeting-scheduled',
      'record-added',
      'record-corrected',
    ],
    focus: ['Appointment', 'Task'],
  },
  {
    ...named('clock-warning'),
    title: 'The time runs out',
    description:
      'The first contact is overdue, the report is due soon, or it is overdue. Focus: the coordination Task.',
    events: ['first-contact-overdue', 'due-soon', 'overdue'],
    focus: ['Task'],
  },
];

function named(name: string): Pick<Topic, 'name' | 'url' | 'filters'> {
  return { name, url: `${CANONICAL}/SubscriptionTopic/${name}`, filters: FILTER_NAMES };
}

export function topicOf(name: string): Topic | undefined {
  return TOPICS.find((topic) => topic.name === name);
}

/** By whichever record they tell of they are of a topic, or not. */
const BY_FOCUS: ReadonlySet<CaseEventType> = new Set(['record-added', 'record-corrected']);

export function isOfTopic(topic: Topic, { type, focus }: Pick<CaseEvent, 'type' | 'focus'>): boolean {
  return topic.events.includes(type) && (!BY_FOCUS.has(type) || splitReference(focus)[0] === 'Appointment');
}

/** What a notification of the topic is about: the coordination Task for all that is about the case as a whole. */
export function focusOf(topic: Topic, event: Pick<CaseEvent, 'focus'>, { task }: Pick<CaseFacts, 'task'>): string {
  return topic.name === 'case-progress' || topic.name === 'clock-warning' ? task : event.focus;
}
