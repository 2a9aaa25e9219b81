import { Fault, fault } from '../base/index.ts';
import type { Issue } from '../base/index.ts';
import { parseStored } from '../fhir/index.ts';
import type { Resource } from '../fhir/index.ts';
import type { Answer } from '../terminology/index.ts';
import type { Context, House } from './house.ts';
import { readInput } from './parameters.ts';
import type { OperationRequest } from './parameters.ts';
import { note, read } from './read.ts';

/*
 * The terminology operations on what the server holds. They tell of nobody, so that everyone signed in may ask. Versions
 * are not told apart, as in canonicals: the answers say which ones were used.
 */

const CODE = {
  code: { type: 'code' },
  display: { type: 'string' },
  coding: { type: 'Coding' },
  codeableConcept: { type: 'CodeableConcept' },
} as const;
const SIGHT = { displayLanguage: { type: 'code' } } as const;
const VALUE_SET = {
  url: { type: 'uri' },
  valueSet: { type: 'Resource' },
  valueSetVersion: { type: 'string' },
} as const;

const EXPAND = {
  ...VALUE_SET,
  ...SIGHT,
  filter: { type: 'string' },
  offset: { type: 'integer' },
  count: { type: 'integer' },
  includeDesignations: { type: 'boolean' },
  includeDefinition: { type: 'boolean' },
  activeOnly: { type: 'boolean' },
  // Expansions are flat, and have no codes that are put together: these two are met whatever they say.
  excludeNested: { type: 'boolean' },
  excludePostCoordinated: { type: 'boolean' },
  excludeNotForUI: { type: 'boolean' },
} as const;
const EXPAND_UNSERVED = [
  'context',
  'contextDirection',
  'date',
  'designation',
  'exclude-system',
  'system-version',
  'check-system-version',
  'force-system-version',
];

/** Lists the codes of a value set. https://hl7.org/fhir/R4/valueset-operation-expand.html */
export async function expandValueSet(
  house: House,
  context: Context,
  request: OperationRequest,
  id?: string,
): Promise<Resource> {
  const input = readInput(EXPAND, request, EXPAND_UNSERVED);
  refuseLanguage(input.displayLanguage);
  if (input.includeDefinition === true) {
    throw fault(
      422,
      'not-supported',
      'definition-not-included',
      'An expansion comes without the definition of the value set. Leave includeDefinition out, or read the ValueSet.',
    );
  }
  const valueSet = await readNamed(house, context, 'ValueSet', [input.url, input.valueSet], id);
  const asked = {
    ...input,
    ...(valueSet === undefined ? {} : { valueSet }),
    timestamp: house.clock().toISOString(),
  };
  return conclude(house, context, 'expand', 'ValueSet', house.terminology.expandValueSet(asked), id);
}

const VALIDATE_IN_VALUE_SET = {
  ...VALUE_SET,
  ...CODE,
  ...SIGHT,
  system: { type: 'uri' },
  systemVersion: { type: 'string' },
  abstract: { type: 'boolean' },
} as const;

/** Says whether a code is in a value set. https://hl7.org/fhir/R4/valueset-operation-validate-code.html */
export async function validateValueSetCode(
  house: House,
  context: Context,
  request: OperationRequest,
  id?: string,
): Promise<Resource> {
  const input = readInput(VALIDATE_IN_VALUE_SET, request, ['context', 'date']);
  refuseLanguage(input.displayLanguage);
  const valueSet = await readNamed(house, context, 'ValueSet', [input.url, input.valueSet], id);
  const asked = { ...input, ...(valueSet === undefined ? {} : { valueSet }) };
  return conclude(house, context, 'validate-code', 'ValueSet', house.terminology.validateValueSetCode(asked), id);
}

const LOOK_UP = {
  code: CODE.code,
  system: { type: 'uri' },
  version: { type: 'string' },
  coding: CODE.coding,
  property: { type: 'code', repeats: true },
  ...SIGHT,
} as const;

/** Tells what is known of a code. https://hl7.org/fhir/R4/codesystem-operation-lookup.html */
export function lookUpCode(house: House, context: Context, request: OperationRequest): Resource {
  const { property, ...input } = readInput(LOOK_UP, request, ['date']);
  refuseLanguage(input.displayLanguage);
  const asked = { ...input, ...(property === undefined ? {} : { properties: property }) };
  return conclude(house, context, 'lookup', 'CodeSystem', house.terminology.lookUpCode(asked));
}

const VALIDATE_IN_SYSTEM = {
  url: { type: 'uri' },
  codeSystem: { type: 'Resource' },
  ...CODE,
  version: { type: 'string' },
  abstract: { type: 'boolean' },
  ...SIGHT,
} as const;

/** Says whether a code is one of a code system. https://hl7.org/fhir/R4/codesystem-operation-validate-code.html */
export async function validateCodeSystemCode(
  house: House,
  context: Context,
  request: OperationRequest,
  id?: string,
): Promise<Resource> {
  const input = readInput(VALIDATE_IN_SYSTEM, request, ['date']);
  refuseLanguage(input.displayLanguage);
  const codeSystem = await readNamed(house, context, 'CodeSystem', [input.url, input.codeSystem], id);
  const asked = { ...input, ...(codeSystem === undefined ? {} : { codeSystem }) };
  return conclude(house, context, 'validate-code', 'CodeSystem', house.terminology.validateCodeSystemCode(asked), id);
}

const TRANSLATE = {
  url: { type: 'uri' },
  conceptMap: { type: 'Resource' },
  conceptMapVersion: { type: 'string' },
  code: CODE.code,
  system: { type: 'uri' },
  version: { type: 'string' },
  coding: CODE.coding,
  codeableConcept: CODE.codeableConcept,
  source: { type: 'uri' },
  target: { type: 'uri' },
  targetsystem: { type: 'uri' },
  reverse: { type: 'boolean' },
} as const;

/** Translates a code by concept maps. https://hl7.org/fhir/R4/conceptmap-operation-translate.html */
export async function translateCode(
  house: House,
  context: Context,
  request: OperationRequest,
  id?: string,
): Promise<Resource> {
  const { targetsystem, ...input } = readInput(TRANSLATE, request, ['dependency']);
  const conceptMap = await readNamed(house, context, 'ConceptMap', [input.url, input.conceptMap], id);
  const asked = {
    ...input,
    ...(conceptMap === undefined ? {} : { conceptMap }),
    ...(targetsystem === undefined ? {} : { targetSystem: targetsystem }),
  };
  return conclude(house, context, 'translate', 'ConceptMap', house.terminology.translateCode(asked), id);
}

/** Displays are English; designations in other languages come with includeDesignations, or are looked up. */
function refuseLanguage(language: string | undefined): void {
  if (language === undefined || /^en(-|$)/i.test(language)) return;
  const text = 'Displays are held in English. Leave displayLanguage out, and see the designations for other languages.';
  throw fault(422, 'not-supported', 'language-not-held', text);
}

/** What each type is called by the keys of issues and by parameters. */
const NAMED = {
  CodeSystem: { key: 'code-system-twice', words: 'code system', parameter: 'codeSystem' },
  ConceptMap: { key: 'concept-map-twice', words: 'concept map', parameter: 'conceptMap' },
  ValueSet: { key: 'value-set-twice', words: 'value set', parameter: 'valueSet' },
} as const;

/**
 * The record of the address, as far as the caller may read it; undefined without one, when the parameters name what is
 * asked about: by its url, or by the resource itself.
 */
async function readNamed(
  house: House,
  context: Context,
  type: keyof typeof NAMED,
  named: readonly [url: string | undefined, resource: Resource | undefined],
  id: string | undefined,
): Promise<Resource | undefined> {
  const { key, words, parameter } = NAMED[type];
  const times = named.filter((each) => each !== undefined).length;
  if (times === 2) {
    throw fault(400, 'invalid', key, `Name the ${words} in url or send it in ${parameter}, not both.`);
  }
  if (id === undefined) return undefined;
  if (times > 0) {
    const text = `The address names the ${words} already: leave out url and ${parameter}, or ask below ${type} itself.`;
    throw fault(400, 'invalid', key, text);
  }
  const { body } = await read(house, context, type, id);
  return parseStored(body);
}

const STATUS: Readonly<Record<string, number>> = { 'not-found': 404, 'too-costly': 422, 'not-supported': 422 };

function conclude(
  house: House,
  context: Context,
  operation: string,
  type: string,
  answer: Answer,
  id?: string,
): Resource {
  if (isRefusal(answer)) throw new Fault(STATUS[answer[0]?.code ?? ''] ?? 400, answer);
  note(house, context, operation, id === undefined ? type : `${type}/${id}`, undefined, 200);
  return answer as Resource;
}

function isRefusal(answer: Answer): answer is readonly Issue[] {
  return Array.isArray(answer);
}
