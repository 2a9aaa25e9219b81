import autocannon from 'autocannon';
import type { Script, Sent } from './workloads.ts';

export interface Load {
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
  /** Seconds of load before the counting begins. */
  readonly warmUp: number;
  /** Seconds counted. */
  readonly seconds: number;
  script(connection: number, connections: number): Script;
  /** Called when the counting begins, and when it ends. */
  onCounting?(counting: boolean): Promise<void>;
}

export interface Measured {
  /** Good answers (2xx) a second. */
  readonly rate: number;
  /** Of good answers while counting, in ms, sorted. */
  readonly latencies: readonly number[];
  /** Good answers since the beginning, warm-up included. */
  readonly good: number;
  /** What was not a good answer since the beginning: status codes, errors and timeouts, by how often. */
  readonly failures: Readonly<Record<string, number>>;
}

/** Puts one load on a server and counts its answers. */
export async function drive(load: Load): Promise<Measured> {
  const { connections, warmUp, seconds } = load;
  const latencies: number[] = [];
  const failures: Record<string, number> = {};
  let connection = 0;
  let good = 0;
  let counting = false;
  const fail = (what: string): void => {
    failures[what] = (failures[what] ?? 0) + 1;
  };
  // The duration only bounds a run that hangs: `stop` below ends it.
  const options = {
    url: load.origin,
    connections,
    duration: warmUp + seconds + 60,
    timeout: 30,
    setupClient: (client: autocannon.Client) => {
      client.setRequests(toRequests(load.script(connection++, connections), load.headers));
    },
  };
  const instance = autocannon(options, () => undefined);
  instance.on('response', (_client, status, _bytes, ms) => {
    if (status < 200 || status > 299) return fail(String(status));
    good += 1;
    if (counting) latencies.push(ms);
  });
  instance.on('reqError', (error: Error) => fail(error.message));
  const ended = new Promise<autocannon.Result>((resolve) => instance.once('done', resolve));
  await pause(warmUp);
  await load.onCounting?.(true);
  const began = performance.now();
  counting = true;
  await pause(seconds);
  counting = false;
  const elapsed = (performance.now() - began) / 1000;
  await load.onCounting?.(false);
  instance.stop();
  const { timeouts } = await ended;
  if (timeouts > 0) failures['timeout'] = timeouts;
  return { rate: latencies.length / elapsed, latencies: latencies.sort((a, b) => a - b), good, failures };
}

function toRequests(script: Script, headers: Load['headers']): autocannon.Request[] {
  if (typeof script !== 'function') return script.map((sent) => toRequest(sent, headers));
  return [{ setupRequest: (request) => ({ ...request, ...toRequest(script(), headers) }) }];
}

function toRequest(sent: Sent, headers: Load['headers']): autocannon.Request {
  const { method, path, body, headers: own } = sent;
  const type = body === undefined ? {} : { 'content-type': 'application/fhir+json' };
  return { method, path, headers: { ...headers, ...type, ...own }, ...(body === undefined ? {} : { body }) };
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
