import type { House } from '../src/interactions/index.ts';
import type { Auth } from '../src/auth/index.ts';
import { parseJson } from '../src/fhir/index.ts';
import type { Resource } from '../src/fhir/index.ts';
import { serviceRequest } from './records.ts';
import { PROGRAMME } from './stage.ts';

export interface MicroRow {
  readonly title: string;
  /** Median of the samples. */
  readonly microseconds: number;
}

const SAMPLES = 15;
const SAMPLE_MS = 20;

/** Times single steps of a request inside this process, on a ServiceRequest of 1.5 KB. */
export async function measureMicro(house: House, auth: Auth, token: string): Promise<MicroRow[]> {
  const text = JSON.stringify(serviceRequest({ subject: 'Patient/a', number: 1, programme: PROGRAMME }));
  const bytes = Buffer.from(text);
  const resource = parseJson(bytes) as Resource;
  const issues = house.validate(resource, 'ServiceRequest');
  if (issues.length > 0) throw new Error(`The bench's request is not valid: ${JSON.stringify(issues)}`);
  await auth.authenticate(token);
  return [
    { title: 'parse', microseconds: time(() => parseJson(bytes)) },
    { title: 'validate', microseconds: time(() => house.validate(resource, 'ServiceRequest')) },
    { title: 'extract search values', microseconds: time(() => house.extract(resource)) },
    { title: 'verify a token seen before', microseconds: time(() => auth.authenticate(token)) },
  ];
}

function time(step: () => unknown): number {
  sample(step);
  const samples = Array.from({ length: SAMPLES }, () => sample(step)).sort((a, b) => a - b);
  return samples[Math.floor(SAMPLES / 2)]!;
}

function sample(step: () => unknown): number {
  const began = performance.now();
  let rounds = 0;
  for (; performance.now() - began < SAMPLE_MS; rounds++) step();
  return ((performance.now() - began) * 1000) / rounds;
}
