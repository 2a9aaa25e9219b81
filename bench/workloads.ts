import { caseTransaction, serviceRequest } from './records.ts';
import type { Json } from './records.ts';
import { DRAFTS } from './seed.ts';
import type { Draft, Seeded } from './seed.ts';
import type { Supply } from './signing.ts';
import { PROGRAMME } from './stage.ts';

/** One request as it is sent. */
export interface Sent {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly body?: string;
  /** Over those of all requests. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What one connection sends: a list over and over, or what is made anew for each request. */
export type Script = readonly Sent[] | (() => Sent);

export interface Side {
  /** Its requests carry no access token, or bring their own. */
  readonly isAnonymous?: true;
  /** Called before the load: what it takes for so many seconds is made ready. */
  prepare?(seconds: number): Promise<void>;
  /** The script of one of several connections. */
  script(connection: number, connections: number): Script;
  /** What is wrong with an answer's text; asked once before each measurement. */
  check(text: string): string | undefined;
}

export interface Workload {
  readonly name: string;
  readonly title: string;
  readonly connections: number;
  /** Requests a second, as share of the floor's. */
  readonly goal: number;
  readonly server: Side;
  readonly floor: Side;
}

export const WORKLOADS = [
  'read',
  'search',
  'documents',
  'create',
  'update',
  'transaction',
  'conditional',
  'token',
  'fresh',
] as const;

/** What the workloads about tokens are signed from. */
export interface Supplies {
  /** The client's assertions. */
  readonly assertions: Supply;
  /** Access tokens by the server's own key. */
  readonly tokens: Supply;
}

/** Both sides get the same work on their own seeded records. */
export function makeWorkloads(server: Seeded, floor: Seeded, supplies: Supplies): Workload[] {
  const numbers = counter(1_000_000);
  const cases = counter(1_000_000);
  return [
    {
      name: 'read',
      title: 'read ServiceRequest',
      connections: 16,
      goal: 0.6,
      server: { script: gets(server.requests, (ref) => `/fhir/${ref}`), check: has('"ServiceRequest"', 1) },
      floor: { script: gets(floor.requests, (ref) => `/${ref}`), check: has('"ServiceRequest"', 1) },
    },
    {
      name: 'search',
      title: 'search subject+status, 10 of 20,000',
      connections: 16,
      goal: 0.4,
      server: {
        script: gets(server.patients, (ref) => `/fhir/ServiceRequest?subject=${ref}&status=draft`),
        check: has('"resourceType":"ServiceRequest"', DRAFTS),
      },
      floor: {
        script: gets(floor.patients, (ref) => `/search?subject=${ref}&status=draft`),
        check: has('"resourceType":"ServiceRequest"', DRAFTS),
      },
    },
    {
      name: 'documents',
      title: 'search documents by date, _include',
      connections: 16,
      goal: 0.4,
      server: {
        script: gets(
          server.documented,
          (ref) => `/fhir/DocumentReference?patient=${ref}&_sort=-date&_count=10&_include=DocumentReference:patient`,
        ),
        check: both(has('"resourceType":"DocumentReference"', 10), has('"resourceType":"Patient"', 1)),
      },
      floor: {
        script: gets(floor.documented, (ref) => `/documents?patient=${ref}`),
        check: both(has('"resourceType":"DocumentReference"', 10), has('"resourceType":"Patient"', 1)),
      },
    },
    {
      name: 'create',
      title: 'create ServiceRequest',
      connections: 16,
      goal: 0.3,
      server: { script: creates(server, '/fhir/ServiceRequest', numbers), check: has('"versionId":"1"', 1) },
      floor: { script: creates(floor, '/ServiceRequest', numbers), check: has('"versionId":"1"', 1) },
    },
    {
      name: 'update',
      title: 'update ServiceRequest',
      connections: 16,
      goal: 0.3,
      server: { script: updates(server, '/fhir/'), check: has('"ServiceRequest"', 1) },
      floor: { script: updates(floor, '/'), check: has('"ServiceRequest"', 1) },
    },
    ...[false, true].map((conditional) => ({
      name: conditional ? 'conditional' : 'transaction',
      title: conditional ? 'case transaction, conditional Patient' : 'case transaction, 10 entries',
      connections: 8,
      goal: 0.35,
      server: { script: transactions('/fhir', conditional, cases), check: has('"status":"20', 10) },
      floor: { script: transactions('/case', conditional, cases), check: has('ServiceRequest/', 1) },
    })),
    {
      name: 'token',
      title: 'token (client_credentials, ES384)',
      connections: 16,
      goal: 0.3,
      server: asksForTokens(supplies.assertions, '/auth/token'),
      floor: asksForTokens(supplies.assertions, '/token'),
    },
    {
      name: 'fresh',
      title: 'read, each with a token not seen before',
      connections: 16,
      goal: 0.5,
      server: readsAnew(supplies.tokens, server.requests, '/fhir/'),
      floor: readsAnew(supplies.tokens, floor.requests, '/verified/'),
    },
  ];
}

/** The floor looks at the signature, notes that the assertion was used, and signs a token. */
function asksForTokens(assertions: Supply, path: string): Side {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const form = {
    grant_type: 'client_credentials',
    scope: 'system/*.cruds',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  };
  return {
    isAnonymous: true,
    prepare: (seconds) => assertions.fill(seconds),
    script: () => () => {
      const body = new URLSearchParams({ ...form, client_assertion: assertions.take() }).toString();
      return { method: 'POST', path, body, headers };
    },
    check: has('"access_token"', 1),
  };
}

/** The floor looks at the signature, and reads. */
function readsAnew(tokens: Supply, refs: readonly string[], prefix: string): Side {
  return {
    isAnonymous: true,
    prepare: (seconds) => tokens.fill(seconds),
    script: (connection, connections) => {
      const nextRef = cycle(share(refs, connection, connections));
      return () => ({
        method: 'GET',
        path: prefix + nextRef(),
        headers: { authorization: `Bearer ${tokens.take()}` },
      });
    },
    check: has('"ServiceRequest"', 1),
  };
}

/** Each connection walks through its own part of the refs. */
function gets(refs: readonly string[], toPath: (ref: string) => string): Side['script'] {
  return (connection, connections) =>
    share(refs, connection, connections).map((ref) => ({ method: 'GET', path: toPath(ref) }));
}

function creates(seeded: Seeded, path: string, numbers: () => number): Side['script'] {
  const fill = template(serviceRequest({ subject: '@subject@', number: '@number@', programme: PROGRAMME }));
  return (connection, connections) => {
    const subjects = cycle(share(seeded.patients, connection, connections));
    return () => ({ method: 'POST', path, body: fill({ subject: subjects(), number: numbers() }) });
  };
}

const PRIORITIES = ['urgent', 'routine', 'asap'] as const;

/** Each connection changes the priority of its own drafts, so that no two are at the same record. */
function updates(seeded: Seeded, prefix: string): Side['script'] {
  const texts = PRIORITIES.map((priority) =>
    template(serviceRequest({ id: '@id@', subject: '@subject@', number: '@number@', programme: PROGRAMME, priority })),
  );
  let runs = 0;
  return (connection, connections) => {
    const drafts: () => Draft = cycle(share(seeded.drafts, connection, connections));
    const nextText = cycle(texts);
    // Another start each time the script is asked for: a later run finds what an earlier one wrote.
    for (let n = runs++ % texts.length; n > 0; n--) nextText();
    return () => {
      const { ref, subject, number } = drafts();
      const body = nextText()({ id: ref.slice(ref.indexOf('/') + 1), subject, number });
      return { method: 'PUT', path: prefix + ref, body };
    };
  };
}

/** Conditional ones name each patient twice in a row, mostly while the other one is still under way. */
function transactions(path: string, conditional: boolean, cases: () => number): Side['script'] {
  const fill = template(
    caseTransaction({ number: '@number@', patient: '@patient@', conditional, programme: PROGRAMME }),
  );
  return () => () => {
    const number = cases();
    const patient = conditional ? `C${Math.floor(number / 2)}` : `T${number}`;
    return { method: 'POST', path, body: fill({ number, patient }) };
  };
}

/** A resource's text, filled in where it says `@name@`; much cheaper for the driver than making it anew. */
function template(resource: Json): (values: Readonly<Record<string, string | number>>) => string {
  const parts = JSON.stringify(resource).split(/@([a-z]+)@/);
  return (values) => parts.map((part, n) => (n % 2 === 0 ? part : String(values[part]))).join('');
}

function counter(first: number): () => number {
  let next = first;
  return () => next++;
}

function cycle<T>(items: readonly T[]): () => T {
  let at = 0;
  return () => items[at++ % items.length]!;
}

function share<T>(items: readonly T[], part: number, parts: number): T[] {
  return items.filter((_, n) => n % parts === part);
}

function has(text: string, times: number): Side['check'] {
  return (answer) => {
    const found = answer.split(text).length - 1;
    return found === times ? undefined : `${text} stands ${found} times in the answer instead of ${times} times`;
  };
}

function both(first: Side['check'], second: Side['check']): Side['check'] {
  return (answer) => first(answer) ?? second(answer);
}
