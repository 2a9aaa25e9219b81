import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { silentLogger } from '../../src/base/index.ts';
import { startEmbedded } from '../../src/store/embedded/index.ts';
import { BUSINESS_STATUS_SYSTEM } from '../../src/cases/index.ts';
import { SERVICE, SYSTEM } from '../journeys/packet.ts';
import { findFreePort } from '../support/house.ts';
import type { Json } from '../support/house.ts';
import { topicSubscription } from '../support/notified.ts';
import type { Receiver } from '../support/receiver.ts';
import { configOf, getToken, register, startProcess } from './process.ts';
import type { ServerProcess } from './process.ts';

const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition';
/** Tokens are good for five minutes. */
const TOKEN_MS = 200_000;
/** Between these a case under review goes back and forth, and each time that is an event. */
const STANDINGS = ['under-review', 'mdt-scheduled'] as const;

export type Partner = 'home' | 'programme';

/** A server in a process of its own over a database of its own, with two partners; more servers may join it. */
export interface Stage {
  /** As the role that owns everything. */
  readonly owner: Client;
  start(): Promise<ServerProcess>;
  /** As a partner's client. @throws Error unless it is answered as told */
  call(as: Partner, method: string, path: string, expected: number, body?: unknown): Promise<Json>;
  /** Subscribes home to the progress of its cases; the id. */
  subscribe(
    receiver: Receiver,
    more?: { readonly maxCount?: number; readonly filters?: readonly string[] },
  ): Promise<string>;
  /** Until a subscription's record says so. */
  untilStatus(id: string, status: string): Promise<void>;
  close(): Promise<void>;
}

export async function setStage(): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'consilium-deliveries-'));
  const embedded = await startEmbedded({ dataDir, logger: silentLogger });
  const settings = { dataDir, port: await findFreePort(), more: { DATABASE_URL: embedded.url } };
  const config = configOf(settings);
  const owner = new Client({ connectionString: embedded.url });
  await owner.connect();
  const servers: ServerProcess[] = [];
  const tokens = new Map<Partner, { readonly token: string; readonly since: number }>();
  let keys: Awaited<ReturnType<typeof register>> | undefined;

  async function start(): Promise<ServerProcess> {
    const isFirst = keys === undefined;
    const server = await startProcess(settings);
    servers.push(server);
    if (isFirst) keys = await register(config, { home: 'placer', programme: 'programme' });
    return server;
  }

  async function tokenOf(partner: Partner): Promise<string> {
    const held = tokens.get(partner);
    if (held !== undefined && Date.now() - held.since < TOKEN_MS) return held.token;
    const token = await getToken(config, partner, keys!.get(partner)!);
    tokens.set(partner, { token, since: Date.now() });
    return token;
  }

  async function call(as: Partner, method: string, path: string, expected: number, body?: unknown): Promise<Json> {
    const answer = await fetch(`${config.publicUrl}/fhir${path}`, {
      method,
      headers: { authorization: `Bearer ${await tokenOf(as)}`, 'content-type': 'application/fhir+json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (answer.status !== expected) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 600)}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  return {
    owner,
    start,
    call,
    async subscribe(receiver, { maxCount = 20, filters = [] } = {}) {
      const sheet = topicSubscription('case-progress', { endpoint: `${receiver.url}/hook`, maxCount, filters });
      sheet.channel.extension.push({ url: `${BACKPORT}/backport-timeout`, valueUnsignedInt: 1 });
      return (await call('home', 'POST', '/Subscription', 201, sheet)).id as string;
    },
    async untilStatus(id, status) {
      while ((await call('home', 'GET', `/Subscription/${id}`, 200)).status !== status) await pause(50);
    },
    async close() {
      for (const server of servers) await server.stop();
      await owner.end();
      await embedded.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Cases that are moved to and fro; each move is one event. */
export interface Traffic {
  /** Moves the next case, from wherever it stands. */
  move(): Promise<void>;
}

export async function openTraffic({ call }: Pick<Stage, 'call'>, count: number): Promise<Traffic> {
  const tasks = await Promise.all(Array.from({ length: count }, () => openCase({ call })));
  /** Those that may stand elsewhere than it was told. */
  const lost = new Set<number>();
  let turn = 0;
  return {
    async move() {
      const n = turn++ % count;
      const known = tasks[n];
      const task = lost.has(n) ? await call('programme', 'GET', `/Task/${known.id}`, 200) : known;
      const [next] = STANDINGS.filter((code) => code !== task.businessStatus.coding[0].code);
      lost.add(n);
      tasks[n] = await call('programme', 'PUT', `/Task/${task.id}`, 200, standing(task, 'in-progress', next!));
      lost.delete(n);
    },
  };
}

/** A case under review; its Task. */
async function openCase({ call }: Pick<Stage, 'call'>): Promise<Json> {
  const subject = await call('home', 'POST', '/Patient', 201, { resourceType: 'Patient', gender: 'female' });
  const request = await call('home', 'POST', '/ServiceRequest', 201, requestFor(`Patient/${subject.id}`));
  const found = await call('programme', 'GET', `/Task?based-on=ServiceRequest/${request.id}`, 200);
  let task = found.entry[0].resource;
  task = await call('programme', 'PUT', `/Task/${task.id}`, 200, standing(task, 'accepted', 'accepted'));
  return call('programme', 'PUT', `/Task/${task.id}`, 200, standing(task, 'in-progress', STANDINGS[0]));
}

function requestFor(subject: string): Json {
  return {
    resourceType: 'ServiceRequest',
    identifier: [{ system: SYSTEM, value: randomUUID() }],
    status: 'active',
    intent: 'order',
    code: SERVICE,
    subject: { reference: subject },
    performer: [{ reference: 'Organization/programme' }],
  };
}

function standing(task: Json, status: string, businessStatus: string): Json {
  return { ...task, status, businessStatus: { coding: [{ system: BUSINESS_STATUS_SYSTEM, code: businessStatus }] } };
}

/** What of a process is in memory, in MiB. */
export async function sizeOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]) / 1024);
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
