import { hash, randomBytes } from 'node:crypto';
import { Fault, fault, uuidv7 } from '../base/index.ts';
import type { Caller, Clock, Issue } from '../base/index.ts';
import { parseStored } from '../fhir/index.ts';
import {
  findClient,
  findLaunch,
  findPerson,
  findPersonByLogin,
  findPersonByUser,
  insertLaunch,
  readRecords,
  writeIdentityAct,
} from '../store/index.ts';
import type { ClientRow, Database, LaunchContext, PersonRow } from '../store/index.ts';
import { normaliseLogin } from './logins.ts';

/** How long a launch may wait to be followed, in ms. */
const LAUNCH_MS = 300_000;
const REFERENCE = /^[A-Z][A-Za-z]{1,63}\/[A-Za-z0-9.-]{1,64}$/;

/** What an EHR asks for, as it came. References are relative: `Patient/x`. */
export interface LaunchRequest {
  readonly client?: unknown;
  /** Who is in front of the EHR: by `fhirUser`, login or id. */
  readonly user?: unknown;
  readonly patient?: unknown;
  readonly encounter?: unknown;
  /** The case's ServiceRequest. */
  readonly case?: unknown;
  readonly need_patient_banner?: unknown;
  readonly intent?: unknown;
}

export interface Launch {
  readonly launch: string;
  /** Seconds. */
  readonly expires_in: number;
  /** Where the EHR opens the app, when the app has such an address. */
  readonly launch_url?: string;
}

/** What an app is told with its token besides patient and encounter. */
export interface TokenContext {
  readonly fhirContext?: readonly { readonly reference: string }[];
  readonly need_patient_banner?: boolean;
  readonly intent?: string;
}

interface Options {
  readonly database: Database;
  readonly clock: Clock;
  /** The FHIR base. */
  readonly fhir: string;
}

export interface Launches {
  /**
   * Notes what an EHR says of a launch that it is about to make. @throws Fault 403 without the scope `launches`, 422 that
   * says what is wrong
   */
  create(caller: Caller, request: LaunchRequest): Promise<Launch>;
  /** A launch for this client that is fresh and unused; undefined for all others alike. */
  find(launch: string, client: string): Promise<LaunchContext | undefined>;
  /** The same, however old: the authorization that it began is under way. */
  findBegun(launch: string, client: string): Promise<LaunchContext | undefined>;
}

/**
 * Launches of apps out of an EHR: single-use ids for what the EHR has in front of it.
 * https://hl7.org/fhir/smart-app-launch/STU2.2/app-launch.html#launch-app-ehr-launch
 */
export function createLaunches({ database, clock, fhir }: Options): Launches {
  async function create(caller: Caller, request: LaunchRequest): Promise<Launch> {
    if (caller.user !== undefined || !caller.scopes.includes('launches')) {
      throw fault(403, 'forbidden', 'scope-missing', 'Launches are made with the scope launches, by a service.');
    }
    refuseUnknown(request);
    const { organization } = caller;
    const client = await clientOf(organization, request.client);
    const person = await personOf(organization, request.user);
    const [patient, encounter, request_] = await recordsOf(organization, person, request);
    const context: TokenContext = {
      ...(request_ === null ? {} : { fhirContext: [{ reference: request_ }] }),
      ...(typeof request.need_patient_banner === 'boolean' ? { need_patient_banner: request.need_patient_banner } : {}),
      ...(typeof request.intent === 'string' ? { intent: request.intent.slice(0, 200) } : {}),
    };
    const launch = randomBytes(32).toString('base64url');
    const now = clock();
    await database.transact(async (on) => {
      await insertLaunch(on, {
        hash: digestLaunch(launch),
        client: client.id,
        person: person.id,
        patient,
        encounter,
        context: JSON.stringify(context),
        expiresAt: new Date(now.getTime() + LAUNCH_MS),
      });
      await writeIdentityAct(on, {
        at: now,
        request: uuidv7(),
        interaction: 'launch',
        organization,
        client: caller.client,
        person: person.fhirUser,
        status: 201,
        detail: `for ${client.id}`,
      });
    });
    return {
      launch,
      expires_in: LAUNCH_MS / 1000,
      ...(client.launchUri === null ? {} : { launch_url: toLaunchUrl(client.launchUri, fhir, launch) }),
    };
  }

  async function clientOf(organization: string, id: unknown): Promise<ClientRow> {
    const client = typeof id === 'string' ? await findClient(database, id) : undefined;
    const fits = client?.organization === organization && client.kind === 'app' && client.approved && !client.disabled;
    if (client !== undefined && fits) return client;
    throw wrong('client', 'Name the client_id of an app that is registered for your organisation and approved.');
  }

  async function personOf(organization: string, user: unknown): Promise<PersonRow> {
    const person =
      typeof user !== 'string' || user === ''
        ? undefined
        : user.includes('/')
          ? await findPersonByUser(database, organization, user)
          : ((await findPerson(database, user)) ?? (await findPersonByLogin(database, normaliseLogin(user))));
    if (person?.organization === organization && !person.disabled) return person;
    throw wrong(
      'user',
      'Name somebody who signs in for your organisation: by login, or by fhirUser, such as Practitioner/x.',
    );
  }

  /** References to what the organisation sees, in the order patient, encounter, case. */
  async function recordsOf(
    organization: string,
    person: PersonRow,
    request: LaunchRequest,
  ): Promise<[patient: string | null, encounter: string | null, case_: string | null]> {
    const refs = [
      refOf('patient', 'Patient', request.patient),
      refOf('encounter', 'Encounter', request.encounter),
      refOf('case', 'ServiceRequest', request.case),
    ] as const;
    const [patient, encounter, request_] = refs;
    const named = refs.filter((ref) => ref !== null);
    const found = new Map((await readRecords(database, organization, named)).map(({ ref, body }) => [ref, body]));
    for (const [n, ref] of refs.entries()) {
      if (ref !== null && typeof found.get(ref) !== 'string') {
        throw wrong(['patient', 'encounter', 'case'][n]!, 'It names no record that your organisation sees.');
      }
    }
    for (const [name, ref] of [['encounter', encounter] as const, ['case', request_] as const]) {
      if (ref === null) continue;
      const subject = subjectOf(found.get(ref) ?? null);
      if (patient === null || subject !== patient) {
        throw wrong(name, 'It is not about the patient of this launch. Name its patient, too.');
      }
    }
    if (patient !== null && person.patients !== null && !person.patients.includes(patient)) {
      throw wrong('patient', 'The user does not stand for this patient.');
    }
    return [patient, encounter, request_];
  }

  async function findBegun(launch: string, client: string): Promise<LaunchContext | undefined> {
    const found = await findLaunch(database, digestLaunch(launch));
    return found?.client === client ? found : undefined;
  }

  async function find(launch: string, client: string): Promise<LaunchContext | undefined> {
    const found = await findBegun(launch, client);
    return found !== undefined && found.expiresAt.getTime() > clock().getTime() ? found : undefined;
  }

  return { create, find, findBegun };
}

const MEMBERS = ['client', 'user', 'patient', 'encounter', 'case', 'need_patient_banner', 'intent'];

/** A mistyped member would be a launch without its patient. */
function refuseUnknown(request: LaunchRequest): void {
  for (const name of Object.keys(request)) {
    if (MEMBERS.includes(name)) continue;
    throw wrong('The request', `It has a member that is none. There are: ${MEMBERS.join(', ')}.`);
  }
}

export function digestLaunch(launch: string): string {
  return hash('sha256', launch, 'base64url');
}

function refOf(name: string, type: string, value: unknown): string | null {
  if (value === undefined || value === null) return null;
  const ref = typeof value === 'string' && !value.includes('/') ? `${type}/${value}` : value;
  if (typeof ref === 'string' && REFERENCE.test(ref) && ref.startsWith(`${type}/`)) return ref;
  throw wrong(name, `Give a relative reference such as ${type}/x.`);
}

function subjectOf(body: string | null): string | undefined {
  const record = body === null ? undefined : (parseStored(body) as { subject?: { reference?: unknown } });
  const reference = record?.subject?.reference;
  return typeof reference === 'string' ? reference : undefined;
}

function toLaunchUrl(launchUri: string, fhir: string, launch: string): string {
  const url = new URL(launchUri);
  url.searchParams.set('iss', fhir);
  url.searchParams.set('launch', launch);
  return url.href;
}

function wrong(name: string, text: string): Fault {
  const issue: Issue = {
    severity: 'error',
    code: 'value',
    key: 'launch-request',
    text: `${name}: ${text}`,
    expression: name,
  };
  return new Fault(422, issue);
}
