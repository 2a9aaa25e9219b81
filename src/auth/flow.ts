import type { IncomingMessage, ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';
import { errors } from 'oidc-provider';
import { fault, uuidv7 } from '../base/index.ts';
import type { Caller, Clock } from '../base/index.ts';
import type { Sealer } from '../keys/index.ts';
import {
  consumeOidcPayload,
  findClient,
  findPerson,
  insertGrant,
  listOrganizations,
  readRecords,
  revokeSession,
  useLaunch,
  writeIdentityAct,
} from '../store/index.ts';
import type { ClientRow, Database, LaunchContext, PersonRow } from '../store/index.ts';
import type { Addresses } from './addresses.ts';
import { isSwitched, SWITCHED, toAsked } from './asked.ts';
import type { Asked } from './asked.ts';
import type { Devices } from './devices.ts';

import { endSession } from './end-session.ts';
import type { Launches, TokenContext } from './launches.ts';
import { digestPayloadId } from './payload-id.ts';
import { APP_TOKEN_SECONDS, OFFLINE_SECONDS, SESSION_SECONDS } from './provider.ts';
import { needsPatient } from './identity-scopes.ts';
import type { SignIn, SignInAnswer } from './sign-in.ts';

/** Who asks, and who is asked, on every page of the way. */
interface Setting {
  readonly uid: string;
  /** To be sent back with the form: bound to this authorization and this person. */
  readonly csrf: string;
  readonly client: { readonly id: string; readonly name: string };
  readonly organization: { readonly id: string; readonly name: string };
  /** The languages that the app, or the person on a page before, wishes for. */
  readonly locales?: string;
  /** Where the person goes from here; what a form may lead to. */
  readonly returnsTo: string;
}

/** By what somebody was signed in, and when, in epoch seconds: now, unless told. */
export interface SignedInBy {
  readonly amr: readonly string[];
  readonly at?: number;
}

/** What a person has to do next on the way to a code. */
export type Pending =
  | (Setting & {
      readonly step: 'sign-in';
      readonly login?: string;
      /** Id of the person whom the launch is for. */
      readonly expected?: string;
      readonly asked: Asked;
    })
  | (Setting & {
      readonly step: 'choose-patient';
      readonly person: PersonRow;
      /** Finds the patients to choose from with just this much. */
      readonly caller: Caller;
    })
  | (Setting & {
      readonly step: 'consent';
      readonly person: PersonRow;
      /** Reads who is in context with just this much. */
      readonly caller: Caller;
      readonly scopes: readonly string[];
      readonly patient?: string;
      /** The case's ServiceRequest. */
      readonly case?: string;
    });

/** What came of a step: on to an address, or the same page once more, with what was wrong. */
export type Outcome =
  | { readonly kind: 'go'; readonly to: string }
  | { readonly kind: 'again' }
  | {
      readonly kind: 'problem';
      readonly problem: string;
      readonly retryAfterSeconds?: number;
      /** Of the answer, where it is not the usual one. */
      readonly status?: number;
      /** Who the person is at the identity provider. */
      readonly subject?: string;
    };

/** The pages between an app's request and its code. Each throws Fault 400 where there is no such authorization (any more). */
export interface Flow {
  find(req: IncomingMessage, res: ServerResponse): Promise<Pending>;
  signIn(req: IncomingMessage, res: ServerResponse, form: FlowForm, address: string | undefined): Promise<Outcome>;
  /** Takes somebody in whom the organisation's identity provider has vouched for. */
  admit(req: IncomingMessage, res: ServerResponse, person: PersonRow, by: SignedInBy): Promise<Outcome>;
  choosePatient(req: IncomingMessage, res: ServerResponse, form: FlowForm): Promise<Outcome>;
  consent(req: IncomingMessage, res: ServerResponse, form: FlowForm): Promise<Outcome>;
  /** Signs out who is signed in, so that somebody else goes on from here. */
  switchUser(req: IncomingMessage, res: ServerResponse, form: FlowForm): Promise<Outcome>;
  cancel(req: IncomingMessage, res: ServerResponse, form: FlowForm): Promise<Outcome>;
}

export interface FlowForm {
  readonly csrf?: string;
  readonly login?: string;
  readonly password?: string;
  readonly patient?: string;
  readonly scopes?: readonly string[];
  /** The language that the person chose on the page: the next ones are in it, too. */
  readonly locales?: string;
}

interface Options {
  readonly provider: () => Provider;
  readonly database: Database;
  readonly addresses: Addresses;
  readonly launches: Launches;
  readonly signIn: SignIn;
  readonly devices: Devices;
  readonly csrf: Sealer;
  readonly clock: Clock;
}

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** What is known of an authorization under way. */
interface Underway {
  readonly interaction: Interaction;
  readonly client: ClientRow;
  readonly scopes: readonly string[];
  readonly launch?: LaunchContext;
  readonly person?: PersonRow;
  /** Ref of the Patient in context, as far as it is settled. */
  readonly patient?: string;
}

/** What may not be unticked: without it there is nothing to grant, or no launch. */
const FIXED = new Set(['openid', 'launch', 'launch/patient', 'launch/encounter']);
const PATIENT_ID = /^[A-Za-z0-9.-]{1,64}$/;

export function createFlow(options: Options): Flow {
  const { provider, database, addresses, launches, csrf, clock } = options;

  async function read(req: IncomingMessage, res: ServerResponse): Promise<Underway> {
    const interaction = await findInteraction(req, res);
    const { params, session } = interaction;
    const client = await findClient(database, String(params['client_id']));
    if (client === undefined || client.disabled || !client.approved) throw over();
    const { launch: launchId } = params;
    const launch = typeof launchId === 'string' ? await launches.findBegun(launchId, client.id) : undefined;
    if (launchId !== undefined && launch === undefined) throw over();
    const person =
      interaction.prompt.name === 'login' || session?.accountId === undefined
        ? undefined
        : await findPerson(database, session.accountId);
    const { scope } = params;
    const scopes = typeof scope === 'string' ? scope.split(' ') : [];
    const underway = { interaction, client, scopes, ...(launch === undefined ? {} : { launch }) };
    if (person === undefined) return underway;
    if (person.disabled || person.organization !== client.organization) throw over();
    if (launch !== undefined && launch.person !== person.id) throw over();
    const patient = await settlePatient(interaction, person, scopes, launch);
    return { ...underway, person, ...(patient === undefined ? {} : { patient }) };
  }

  async function findInteraction(req: IncomingMessage, res: ServerResponse): Promise<Interaction> {
    const uid = /\/interaction\/([\w-]+)/.exec(req.url ?? '')?.[1];
    try {
      const interaction = await provider().interactionDetails(req, res);
      if (interaction.uid === uid) return interaction;
    } catch (error) {
      if (!(error instanceof errors.SessionNotFound)) throw error;
    }
    throw over();
  }

  /** Who is in context: whom the EHR names, whom the person chose, or the only one that there is to choose. */
  async function settlePatient(
    { result }: Interaction,
    person: PersonRow,
    scopes: readonly string[],
    launch: LaunchContext | undefined,
  ): Promise<string | undefined> {
    if (launch?.patient != null) return launch.patient;
    if (!needsPatient(scopes)) return undefined;
    const chosen = (result as { patient?: unknown } | undefined)?.patient;
    const only = person.patients?.length === 1 ? person.patients[0] : undefined;
    const patient = typeof chosen === 'string' ? chosen : only;
    return patient !== undefined && (await maySee(person, patient)) ? patient : undefined;
  }

  async function maySee(person: PersonRow, patient: string): Promise<boolean> {
    if (person.patients !== null && !person.patients.includes(patient)) return false;
    const [record] = await readRecords(database, person.organization, [patient]);
    return typeof record?.body === 'string';
  }

  async function find(req: IncomingMessage, res: ServerResponse): Promise<Pending> {
    const underway = await read(req, res);
    const { interaction, client, scopes, launch, person, patient } = underway;
    const organization = (await listOrganizations(database)).find(({ id }) => id === client.organization);
    const asked = toAsked(interaction);
    const setting: Setting = {
      uid: interaction.uid,
      csrf: csrf.seal(bindingOf(underway)),
      client: { id: client.id, name: client.name },
      organization: { id: client.organization, name: organization?.name ?? client.organization },
      returnsTo: String(interaction.params['redirect_uri']),
      ...(asked.locales === undefined ? {} : { locales: asked.locales }),
    };
    if (person === undefined) {
      const expected = launch === undefined ? undefined : await findPerson(database, launch.person);
      const hint = isSwitched(interaction) ? undefined : interaction.params['login_hint'];
      const login = expected?.login ?? (typeof hint === 'string' ? hint.slice(0, 200) : undefined);
      return {
        step: 'sign-in',
        ...setting,
        ...(login === undefined ? {} : { login }),
        ...(launch === undefined ? {} : { expected: launch.person }),
        asked,
      };
    }
    const caller = callerOf(client, person, ['user/Patient.rs', 'user/ServiceRequest.r']);
    if (needsPatient(scopes) && patient === undefined) return { step: 'choose-patient', ...setting, person, caller };
    const [request] = contextOf(launch).fhirContext ?? [];
    return {
      step: 'consent',
      ...setting,
      person,
      caller,
      scopes,
      ...(patient === undefined ? {} : { patient }),
      ...(request === undefined ? {} : { case: request.reference }),
    };
  }

  async function signIn(
    req: IncomingMessage,
    res: ServerResponse,
    form: FlowForm,
    address: string | undefined,
  ): Promise<Outcome> {
    const underway = await read(req, res);
    const { client, launch } = underway;
    if (!isOurs(underway, form)) return { kind: 'problem', problem: 'expired' };
    const { login = '', password = '' } = form;
    const device = options.devices.find(req, res, login);
    const answer: SignInAnswer = await options.signIn({
      login,
      password,
      ...(device === undefined ? {} : { device }),
      organization: client.organization,
      client: client.id,
      ...(address === undefined ? {} : { address }),
    });
    if ('problem' in answer) return { kind: 'problem', ...answer };
    options.devices.remember(req, res, login);
    if (launch !== undefined && launch.person !== answer.person.id) return { kind: 'problem', problem: 'another' };
    if (form.locales !== undefined) {
      Object.assign(underway.interaction.params, { ui_locales: form.locales });
      await underway.interaction.persist();
    }
    return await letIn(req, res, underway, answer.person, { amr: ['pwd'] });
  }

  async function admit(req: IncomingMessage, res: ServerResponse, person: PersonRow, by: SignedInBy): Promise<Outcome> {
    const underway = await read(req, res);
    const { client, launch } = underway;
    const isTheirs = person.organization === client.organization && !person.disabled;
    if (!isTheirs || (launch !== undefined && launch.person !== person.id))
      return { kind: 'problem', problem: 'another' };
    return await letIn(req, res, underway, person, by);
  }

  async function letIn(
    req: IncomingMessage,
    res: ServerResponse,
    { interaction }: Underway,
    person: PersonRow,
    { amr, at }: SignedInBy,
  ): Promise<Outcome> {
    const { session } = interaction;
    if (session?.uid !== undefined && session.accountId !== person.id) {
      // Somebody else was signed in: nothing of that session goes on.
      await (await provider().Session.findByUid(session.uid))?.destroy();
      await revokeSession(database, digestPayloadId(session.uid), clock());
      Object.assign(interaction, { session: undefined });
      await interaction.persist();
    }
    // Said once, or each later step would count as another sign-in; elsewhere it may have been before the last change here.
    const since = Math.ceil((person.sessionsSince?.getTime() ?? 0) / 1000);
    const login = {
      accountId: person.id,
      amr: [...amr],
      ts: Math.max(at ?? Math.floor(clock().getTime() / 1000), since),
    };
    // Without what was said before it: consent is given by who signs in now.
    const to = await provider().interactionResult(req, res, { login }, { mergeWithLastSubmission: false });
    return { kind: 'go', to };
  }

  async function choosePatient(req: IncomingMessage, res: ServerResponse, form: FlowForm): Promise<Outcome> {
    const underway = await read(req, res);
    const { interaction, person } = underway;
    if (person === undefined || !isOurs(underway, form)) return { kind: 'problem', problem: 'expired' };
    const { patient: id } = form;
    if (id === undefined || id === '') return { kind: 'problem', problem: 'none-chosen' };
    const patient = `Patient/${id}`;
    if (!PATIENT_ID.test(id) || !(await maySee(person, patient))) return { kind: 'problem', problem: 'unknown' };
    Object.assign(interaction, { result: { patient } });
    await interaction.persist();
    return { kind: 'again' };
  }

  async function consent(req: IncomingMessage, res: ServerResponse, form: FlowForm): Promise<Outcome> {
    const underway = await read(req, res);
    const { interaction, client, scopes, launch, person, patient } = underway;
    if (person === undefined || !isOurs(underway, form)) return { kind: 'problem', problem: 'expired' };
    if (needsPatient(scopes) && patient === undefined) return { kind: 'again' };
    const ticked = new Set(form.scopes);
    const granted = scopes.filter((scope) => FIXED.has(scope) || ticked.has(scope));
    if (granted.every((scope) => FIXED.has(scope)) && scopes.some((scope) => !FIXED.has(scope))) {
      return { kind: 'problem', problem: 'nothing-chosen' };
    }
    const grant = new (provider().Grant)({ accountId: person.id, clientId: client.id });
    const words = granted.join(' ');
    grant.addOIDCScope(words);
    grant.addResourceScope(addresses.fhir, words);
    const grantId = await grant.save();
    if (!(await settle({ ...underway, person }, grantId, granted))) {
      await grant.destroy();
      throw over();
    }
    const to = await provider().interactionResult(req, res, { consent: { grantId } });
    return { kind: 'go', to };

    /** Writes down what was granted, and uses the launch up: false where it was used meanwhile. */
    async function settle(done: Underway & { person: PersonRow }, id: string, words_: readonly string[]) {
      const now = clock();
      const hash = digestPayloadId(id);
      const offline = words_.includes('offline_access');
      const lasts = offline ? OFFLINE_SECONDS : words_.includes('online_access') ? SESSION_SECONDS : APP_TOKEN_SECONDS;
      const { uid } = interaction.session ?? {};
      return await database.transact(async (on) => {
        if (!(await consumeOidcPayload(on, 'Interaction', digestPayloadId(interaction.uid), now))) return false;
        if (launch !== undefined && !(await useLaunch(on, launch.hash, now))) return false;
        await insertGrant(on, {
          hash,
          person: done.person.id,
          client: client.id,
          sessionHash: uid === undefined ? null : digestPayloadId(uid),
          scope: words_.join(' '),
          patient: patient ?? null,
          encounter: launch?.encounter ?? null,
          context: launch?.context ?? '{}',
          offline,
          createdAt: now,
          expiresAt: new Date(now.getTime() + (lasts + APP_TOKEN_SECONDS) * 1000),
        });
        await writeIdentityAct(on, {
          at: now,
          request: uuidv7(),
          interaction: 'grant',
          organization: client.organization,
          client: client.id,
          person: done.person.fhirUser,
          status: 201,
          detail: words_.join(' '),
        });
        return true;
      });
    }
  }

  async function switchUser(req: IncomingMessage, res: ServerResponse, form: FlowForm): Promise<Outcome> {
    const underway = await read(req, res);
    const { interaction, person } = underway;
    const { uid } = interaction.session ?? {};
    if (person === undefined || uid === undefined || !isOurs(underway, form)) {
      return { kind: 'problem', problem: 'expired' };
    }
    await endSession(options, req, res, uid, person);
    // The next one is asked to sign in here, and, where the organisation does that itself, there again.
    Object.assign(interaction, { session: undefined, result: SWITCHED });
    await interaction.persist();
    return { kind: 'again' };
  }

  async function cancel(req: IncomingMessage, res: ServerResponse, form: FlowForm): Promise<Outcome> {
    const underway = await read(req, res);
    if (!isOurs(underway, form)) return { kind: 'problem', problem: 'expired' };
    const result = { error: 'access_denied', error_description: 'the person did not consent' };
    const to = await provider().interactionResult(req, res, result, { mergeWithLastSubmission: false });
    return { kind: 'go', to };
  }

  function isOurs(underway: Underway, form: FlowForm): boolean {
    return form.csrf !== undefined && csrf.open(form.csrf) === bindingOf(underway);
  }

  return { find, signIn, admit, choosePatient, consent, switchUser, cancel };
}

/** A form counts for the page that it came with: the authorization, the question, who is signed in, who is in context. */
function bindingOf({ interaction, person, patient }: Underway): string {
  return JSON.stringify([interaction.uid, interaction.prompt.name, person?.id ?? '', patient ?? '']);
}

export function contextOf(launch: Pick<LaunchContext, 'context'> | undefined): TokenContext {
  return launch === undefined ? {} : (JSON.parse(launch.context) as TokenContext);
}

function callerOf(client: ClientRow, person: PersonRow, scopes: readonly string[]): Caller {
  const { organization, role, fhirUser, patients } = person;
  return { client: client.id, organization, role, scopes, user: fhirUser, ...(patients === null ? {} : { patients }) };
}

/** One answer, whatever is missing: nothing is told to who has not begun it. */
function over(): Error {
  const text = 'This sign-in is over, or was begun in another browser. Open the app anew.';
  return fault(400, 'expired', 'interaction-over', text);
}
