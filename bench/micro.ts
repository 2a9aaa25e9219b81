import type { House } from '../src/interactions/index.ts';
import { parseJson } from '../src/fhir/index.ts';
import type { Resource } from '../src/fhir/index.ts';
import { caseTransaction, serviceRequest } from './records.ts';
import type { Json } from './records.ts';
import { PROGRAMME } from './stage.ts';

export interface MicroRow {
  readonly title: string;
  /** Median of the samples. */
  readonly microseconds: number;
  /** As a multiple of JSON.parse of the same text. */
  readonly timesParse?: number;
  /** What is promised, in µs. */
  readonly goal?: number;
}

const SAMPLES = 15;
const SAMPLE_MS = 20;

const CASE_REQUEST = 'https://consilium.example/fhir/StructureDefinition/case-request';
/** Bytes of the ServiceRequest that validation is promised for. */
const PROMISED_BYTES = 2048;

/** Times single steps of a request inside this process, on a ServiceRequest of 1.5 KB; validation as it is promised. */
export function measureMicro(house: House): MicroRow[] {
  const bytes = toBytes(serviceRequest({ subject: 'Patient/a', number: 1, programme: PROGRAMME }));
  const resource = parseJson(bytes) as Resource;
  const request = toBytes(promisedRequest());
  const packet = toBytes(caseTransaction({ number: 1, patient: 1, conditional: false, programme: PROGRAMME }));
  return [
    { title: 'parse', microseconds: time(() => parseJson(bytes)) },
    timeValidation(house, 'validate a ServiceRequest of 2 KB', 100, request),
    timeValidation(house, 'validate it with the case-request profile', 150, request, [CASE_REQUEST]),
    timeValidation(house, 'validate a case Bundle of ten entries', 1200, packet),
    { title: 'extract search values', microseconds: time(() => house.extract(resource)) },
  ];
}

function toBytes(resource: Json): Buffer {
  return Buffer.from(JSON.stringify(resource));
}

/** A request that names a packet, filled up with elements more than with text. */
function promisedRequest(): Json {
  const named = (type: string, count: number): Json[] =>
    Array.from({ length: count }, (_, n) => ({ reference: `${type}/a${n}`, display: `${type} ${n}` }));
  const more = {
    reasonReference: named('Condition', 1),
    insurance: named('Coverage', 1),
    supportingInfo: [...named('DocumentReference', 4), ...named('DiagnosticReport', 3), ...named('ImagingStudy', 1)],
    specimen: named('Specimen', 1),
  };
  const request = serviceRequest({ subject: 'Patient/a', number: 1, programme: PROGRAMME, more });
  const missing = PROMISED_BYTES - JSON.stringify(request).length;
  return {
    ...request,
    patientInstruction: `${String(request['patientInstruction'])}${' Please.'.repeat(missing / 8)}`,
  };
}

function timeValidation(
  house: House,
  title: string,
  goal: number,
  bytes: Buffer,
  profiles: readonly string[] = [],
): MicroRow {
  const resource = parseJson(bytes) as Resource;
  const options = { type: resource.resourceType, profiles };
  const errors = house.validate(resource, options).filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(`${title}: it is not valid: ${JSON.stringify(errors)}`);
  const text = bytes.toString();
  const microseconds = time(() => house.validate(resource, options));
  return { title, microseconds, timesParse: microseconds / time(() => JSON.parse(text) as unknown), goal };
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
