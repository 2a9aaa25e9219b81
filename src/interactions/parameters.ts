import { Fault, suggest } from '../base/index.ts';
import type { Issue } from '../base/index.ts';
import { numberOf } from '../fhir/index.ts';
import type { Reference, Resource } from '../fhir/index.ts';
import type { CodeRequest } from '../terminology/index.ts';

/** What came with an operation: the pairs of the address, and the body where there was one. */
export interface OperationRequest {
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly body?: unknown;
  /** That which was chosen by Accept-Language: `en`, `vi`, `zh`. */
  readonly language?: string;
  /** Accept-Language as it came, for what is there in other languages. */
  readonly acceptLanguage?: string;
}

/** What a parameter of each type is read as. What is inside codings and resources is not checked here. */
interface Values {
  readonly boolean: boolean;
  readonly integer: number;
  readonly positiveInt: number;
  readonly unsignedInt: number;
  readonly code: string;
  readonly id: string;
  readonly string: string;
  readonly uri: string;
  readonly canonical: string;
  readonly date: string;
  readonly dateTime: string;
  readonly instant: string;
  readonly base64Binary: string;
  readonly Meta: NonNullable<Resource['meta']>;
  readonly Coding: NonNullable<CodeRequest['coding']>;
  readonly CodeableConcept: NonNullable<CodeRequest['codeableConcept']>;
  readonly Reference: Reference;
  readonly Money: Readonly<Record<string, unknown>>;
  readonly Resource: Resource;
}

/** A parameter as its OperationDefinition has it. */
export interface ParameterRule {
  readonly type: keyof Values;
  /** Whether it may be sent several times. */
  readonly repeats?: true;
}

export type ParameterRules = Readonly<Record<string, ParameterRule>>;

/** What was read, by name; what was not sent is not there. */
export type Input<R extends ParameterRules> = {
  readonly [N in keyof R]?: R[N] extends { readonly repeats: true }
    ? readonly Values[R[N]['type']][]
    : Values[R[N]['type']];
};

/** Parameters that R4 has and this server does not serve: to leave them unheeded could change what the answer means. */
export type Unserved = readonly string[];

/** A value found in a request, and its place. */
interface Sent {
  readonly name: string;
  readonly value: unknown;
  readonly expression?: string;
}

/** Said of every interaction, and no parameter of the operation. https://hl7.org/fhir/R4/http.html#parameters */
const GENERAL: ReadonlySet<string> = new Set(['_format', '_pretty']);

/** The types that a parameter may come as, where R5 has changed it and clients already send that. */
const ALIKE: Readonly<Record<string, readonly (keyof Values)[]>> = { uri: ['canonical'], canonical: ['uri'] };

/**
 * The parameters of an operation, out of the address and a Parameters resource. A body that is another resource stands
 * for the one parameter that takes a resource. https://hl7.org/fhir/R4/operations.html#request
 * @throws Fault with all that is wrong: 422 where only unserved parameters are, else 400.
 */
export function readInput<R extends ParameterRules>(
  rules: R,
  { query, body }: OperationRequest,
  unserved: Unserved = [],
): Input<R> {
  const issues: Issue[] = [];
  const input: Record<string, unknown> = {};
  const refuse = (code: string, key: string, text: string, { expression }: Pick<Sent, 'expression'> = {}): void =>
    void issues.push({ severity: 'error', code, key, text, ...(expression === undefined ? {} : { expression }) });

  function take(sent: Sent, parse: (rule: ParameterRule) => unknown, advice: (rule: ParameterRule) => string): void {
    const { name } = sent;
    if (unserved.includes(name)) {
      const text = `The parameter ${name} of FHIR R4 is not served here. Leave it out.`;
      return refuse('not-supported', 'parameter-not-served', text, sent);
    }
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined) {
      const text = `The operation has no parameter ${name.slice(0, 40)}. It has ${Object.keys(rules).join(', ')}.`;
      return refuse('not-supported', 'unknown-parameter', text + suggest(name, Object.keys(rules)), sent);
    }
    const value = parse(rule);
    if (value === undefined) {
      return refuse('value', 'parameter-type', `The parameter ${name} is of type ${rule.type}: ${advice(rule)}.`, sent);
    }
    if (rule.repeats === true) input[name] = [...((input[name] as unknown[] | undefined) ?? []), value];
    else if (Object.hasOwn(input, name)) {
      refuse('invalid', 'parameter-twice', `The parameter ${name} was sent more than once. Send it once.`, sent);
    } else input[name] = value;
  }

  for (const [name, value] of query) {
    if (GENERAL.has(name)) continue;
    take({ name, value }, ({ type }) => parseText(type, value), adviseText);
  }
  for (const sent of listSent(rules, body, refuse))
    take(sent, ({ type }) => parseMember(type, sent.value), adviseMember);
  if (issues.length === 0) return input as Input<R>;
  throw new Fault(issues.every(({ key }) => key === 'parameter-not-served') ? 422 : 400, issues);
}

/** The answer of an operation; FHIR has no empty lists. https://hl7.org/fhir/R4/parameters.html */
export function parametersOf(parameter: readonly object[]): Resource {
  return { resourceType: 'Parameters', ...(parameter.length === 0 ? {} : { parameter }) };
}

type Refuse = (code: string, key: string, text: string, place?: Pick<Sent, 'expression'>) => void;

function listSent(rules: ParameterRules, body: unknown, refuse: Refuse): Sent[] {
  if (body === undefined) return [];
  const resourceType = isObject(body) ? body['resourceType'] : undefined;
  const [only] = Object.entries(rules).flatMap(([name, { type }]) => (type === 'Resource' ? [name] : []));
  if (resourceType !== 'Parameters') {
    if (only !== undefined && typeof resourceType === 'string') return [{ name: only, value: { resource: body } }];
    const text = 'The body has to be a Parameters resource that holds the parameters of the operation.';
    refuse('structure', 'parameters-needed', text);
    return [];
  }
  const { parameter = [] } = body as { readonly parameter?: unknown };
  if (!Array.isArray(parameter)) {
    const text = 'Parameters.parameter is a list of objects with a name and a value: send it as one.';
    refuse('structure', 'parameters-unusable', text, { expression: 'Parameters.parameter' });
    return [];
  }
  return (parameter as unknown[]).flatMap((value, index) => {
    const expression = `Parameters.parameter[${index}]`;
    if (isObject(value) && typeof value['name'] === 'string') return [{ name: value['name'], value, expression }];
    refuse('structure', 'parameters-unusable', 'A parameter is an object with a name: give it one.', { expression });
    return [];
  });
}

/** A value out of the address; undefined where it is none of the type. */
function parseText(type: keyof Values, text: string): unknown {
  if (text === '' || !isSimple(type)) return undefined;
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined;
  return isWhole(type) ? parseWhole(type, text) : text;
}

function adviseText({ type }: ParameterRule): string {
  if (!isSimple(type)) return 'send it by POST in a Parameters resource';
  if (type === 'boolean') return 'send true or false';
  return isWhole(type) ? `send a whole number${FROM[type]}` : 'send a text that is not empty';
}

/** The value of one `Parameters.parameter`; undefined where it is none of the type, or not alone. */
function parseMember(type: keyof Values, parameter: unknown): unknown {
  const { name: _name, id: _id, extension: _extension, ...rest } = parameter as Record<string, unknown>;
  const [[member, value] = [], ...others] = Object.entries(rest);
  if (others.length > 0 || ![type, ...(ALIKE[type] ?? [])].some((each) => member === memberOf(each))) return undefined;
  if (!isSimple(type)) return isObject(value) ? value : undefined;
  if (type === 'boolean') return typeof value === 'boolean' ? value : undefined;
  if (isWhole(type)) return numberOf(value) === undefined ? undefined : parseWhole(type, String(numberOf(value)));
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function adviseMember({ type }: ParameterRule): string {
  return `send it as ${memberOf(type)}, and nothing beside it`;
}

function memberOf(type: keyof Values): string {
  return type === 'Resource' ? 'resource' : `value${type.charAt(0).toUpperCase()}${type.slice(1)}`;
}

function isSimple(type: keyof Values): boolean {
  return /^[a-z]/.test(type);
}

/** Whole numbers, and from where on they count. */
const FROM = { integer: '', positiveInt: ' from 1 on', unsignedInt: ' from 0 on' } as const;

function isWhole(type: keyof Values): type is keyof typeof FROM {
  return Object.hasOwn(FROM, type);
}

/** https://hl7.org/fhir/R4/datatypes.html#integer */
function parseWhole(type: keyof typeof FROM, text: string): number | undefined {
  const value = /^(0|-?[1-9]\d{0,9})$/.test(text) ? Number(text) : undefined;
  if (value === undefined || Math.abs(value) >= 2 ** 31) return undefined;
  return type === 'integer' || value >= (type === 'positiveInt' ? 1 : 0) ? value : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
