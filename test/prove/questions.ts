import type { Partner } from '../support/house.ts';
import { numberOf } from './grow.ts';
import type { GrownStore } from './grow.ts';

const ORDERS = 'https://clinic.example/orders';
const PATIENTS = 'https://clinic.example/patients';
const HOUR = 3_600_000;

export interface Question {
  readonly name: string;
  /** The address below the FHIR base; `n` is the number of one of the partner's own requests. */
  readonly path: (partner: Partner, n: number) => string;
  /** What its answer holds at least. */
  readonly entries: number;
  /** Whether what answers it grows with the store: told, but not held to the time that it takes in a small one. */
  readonly grows?: boolean;
  /** Whether many records are looked at for each that is shown: what is common enough is found along the page's order. */
  readonly looks?: boolean;
}

/** What is asked commonest, each answered from an index. */
export function commonQuestions(store: GrownStore): Question[] {
  const at = (moment: number): string => new Date(moment).toISOString();
  return [
    { name: 'read', entries: 0, path: (partner, n) => `/${store.requestOf(partner, n)}` },
    {
      name: 'token: an order by its number',
      entries: 1,
      path: (_, n) => `/ServiceRequest?identifier=${ORDERS}|SO-${numberOf.request(n)}`,
    },
    {
      name: 'reference and token: a patient’s drafts',
      entries: 8,
      path: (partner, n) => `/ServiceRequest?subject=${store.patientOf(partner, n)}&status=draft`,
    },
    {
      name: 'a patient’s requests by date, with the patient',
      entries: 10,
      path: (partner, n) =>
        `/ServiceRequest?patient=${store.patientOf(partner, n)}&_sort=-authored&_count=10&_include=ServiceRequest:patient`,
    },
    {
      name: 'all drafts by date, with their patients',
      entries: 11,
      looks: true,
      path: () => '/ServiceRequest?status=draft&_sort=-authored&_count=10&_include=ServiceRequest:subject',
    },
    {
      name: 'all on hold (1 %) by date',
      entries: 10,
      grows: true,
      looks: true,
      path: () => '/ServiceRequest?status=on-hold&_sort=-authored&_count=10',
    },
    {
      name: 'the last ten that were changed',
      entries: 10,
      path: () => '/ServiceRequest?_sort=-_lastUpdated&_count=10',
    },
    {
      name: 'what was changed within two hours',
      entries: 20,
      path: (_, n) =>
        `/ServiceRequest?_lastUpdated=ge${at(store.lastUpdated(n))}&_lastUpdated=lt${at(store.lastUpdated(n) + 2 * HOUR)}&_count=20`,
    },
    {
      name: 'between two dates, an hour',
      entries: 10,
      path: (_, n) =>
        `/ServiceRequest?authored=ge${at(store.authored(n))}&authored=lt${at(store.authored(n) + HOUR)}&_count=10`,
    },
    {
      name: 'chain: requests by the patient’s number',
      entries: 8,
      path: (_, n) => `/ServiceRequest?subject:Patient.identifier=${PATIENTS}|P-${numberOf.patient(n)}`,
    },
    {
      name: '_has: the patient of an order',
      entries: 1,
      path: (_, n) => `/Patient?_has:ServiceRequest:subject:identifier=${ORDERS}|SO-${numberOf.request(n)}`,
    },
    {
      name: 'string: patients by the begin of a name',
      entries: 1,
      path: (_, n) => `/Patient?family=family${numberOf.patient(n)}`,
    },
  ];
}
