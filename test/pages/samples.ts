import {
  describeScopes,
  renderChoosePatient,
  renderConsent,
  renderManage,
  renderNotice,
  renderSignIn,
} from '../../src/pages/index.ts';
import type { Language, ScopeItem } from '../../src/pages/index.ts';

export const LANGUAGES: readonly Language[] = ['en', 'vi', 'zh'];

/** The values of a page that come from outside; all invented. */
export interface Names {
  readonly organization: string;
  readonly client: string;
  readonly user: string;
  readonly patient: string;
  /** Numbers of records and of cases, hosts, what was typed. */
  readonly other: string;
}

export const USUAL: Readonly<Record<Language, Names>> = {
  en: {
    organization: 'Riverside General Hospital',
    client: 'Opinion Desk',
    user: 'Dr Anna Lindqvist',
    patient: 'Mrs Tran',
    other: 'opinion-desk.example',
  },
  vi: {
    organization: 'Bệnh viện Đa khoa Sông Hồng',
    client: 'Opinion Desk',
    user: 'BS. Nguyễn Thị Minh Khai',
    patient: 'Trần Thị Mai',
    other: 'opinion-desk.example',
  },
  zh: {
    organization: '江城第一人民医院',
    client: 'Opinion Desk',
    user: '李文华医生',
    patient: '陈美玲',
    other: 'opinion-desk.example',
  },
};

const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category';

/** Scopes of every weight, with and without filters. */
export const SCOPES: readonly string[] = [
  'openid',
  'fhirUser',
  'launch',
  'offline_access',
  'patient/Patient.rs',
  'patient/DocumentReference.rs',
  `patient/Observation.rs?category=${CATEGORY}|laboratory`,
  'patient/Condition.rs?clinical-status=active&category=problem-list-item',
  'user/ServiceRequest.rs',
  'patient/QuestionnaireResponse.crus',
  'user/Communication.c',
  'patient/DocumentReference.d',
  'user/*.rs',
];

export function describeAll(language: Language, patient?: string): ScopeItem[] {
  return describeScopes(SCOPES, { language, ...(patient !== undefined && { patient }) });
}

export const FORM = {
  stylesheet: '/auth/pages.css?v=1',
  action: '/auth/interaction/i1',
  csrf: 'csrf-token-1',
  address: '/auth/interaction/i1',
};
export const MANAGE = '/auth/manage';

/** Every page in every state that looks different, by a name for it. */
export function renderAll(language: Language, names: Names = USUAL[language]): Readonly<Record<string, string>> {
  const { organization, client, user, patient, other } = names;
  const form = { ...FORM, language };
  const notice = { language, stylesheet: FORM.stylesheet };
  const signIn = { ...form, organization, client };
  const choose = { ...form, organization, client, user, more: false };
  const patients = [
    { id: 'p1', name: patient, birthDate: '1958-04-02', sex: 'female', identifier: '4711-0815' },
    { id: 'p2', name: patient, birthDate: '1991-11', sex: 'male', identifier: other },
    { id: 'p3', name: `${patient} II`, birthDate: '1974' },
  ];
  const scopes = describeAll(language, patient);
  const returns = { returnsTo: other, manage: MANAGE };
  const consent = { ...form, organization, client, user, scopes, offline: 'offline' as const, ...returns };
  const [named] = patients as [(typeof patients)[0]];
  const manage = { ...form, organization, user };
  const grants = [
    {
      id: 'g1',
      app: 'app-1',
      client,
      patient: named,
      scopes,
      since: '2026-11-03T08:15:00Z',
      lastUsed: '2026-11-21T17:40:30.123Z',
      offline: true,
    },
    {
      id: 'g2',
      app: 'app-2',
      client: `${client} 2`,
      scopes: scopes.slice(0, 5),
      since: '2026-11-20T10:00:00Z',
      offline: false,
    },
    { id: 'g3', app: 'app-1', client, scopes, since: '2026-10-20T10:00:00Z', offline: false },
  ];
  return {
    'sign-in': renderSignIn(signIn),
    'sign-in-wrong': renderSignIn({
      ...signIn,
      login: other,
      problem: 'wrong',
      upstream: { name: organization, href: '/auth/upstream/i1' },
    }),
    'sign-in-here': renderSignIn(form),
    'sign-in-stranger': renderSignIn({ ...signIn, problem: 'stranger', subject: other }),
    'sign-in-elsewhere': renderSignIn({ ...signIn, problem: 'elsewhere' }),
    'sign-in-throttled': renderSignIn({ ...signIn, problem: 'throttled', retryAfterSeconds: 290 }),
    'choose-patient': renderChoosePatient({ ...choose, query: patient, patients, more: true }),
    'choose-patient-none-chosen': renderChoosePatient({ ...choose, patients, problem: 'none-chosen' }),
    'choose-patient-none-found': renderChoosePatient({ ...choose, query: other, patients: [] }),
    consent: renderConsent({ ...consent, patient: named, case: { number: 'SO-2026-000117' } }),
    'consent-nothing-chosen': renderConsent({
      ...consent,
      scopes: scopes.filter(({ weight }) => weight !== 'offline'),
      offline: undefined,
      problem: 'nothing-chosen',
    }),
    manage: renderManage({ ...manage, grants }),
    'manage-ended': renderManage({ ...manage, grants: [], done: 'ended' }),
    'manage-ended-all': renderManage({ ...manage, grants: grants.slice(1), done: 'ended-all' }),
    error: renderNotice({ ...notice, kind: 'error', reference: '01JD-8F3K-22' }),
    'signed-out': renderNotice({ ...notice, kind: 'signed-out' }),
    expired: renderNotice({ ...notice, kind: 'expired' }),
    cancelled: renderNotice({ ...notice, kind: 'cancelled', title: other, text: other }),
  };
}
