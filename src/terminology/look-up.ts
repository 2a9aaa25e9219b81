import { refuse, toParameters } from './answer.ts';
import type { Parameter } from './answer.ts';
import { isIssues, readAskedCodes } from './asked-codes.ts';
import type { CodeSystemTable, Concept } from './code-system.ts';
import type { Holdings } from './holdings.ts';
import { findConcept } from './systems.ts';
import type { Answer, LookUpRequest } from './types.ts';

/** Tells what is known of a code (http://hl7.org/fhir/R4/codesystem-operation-lookup.html). */
export function lookUpCode({ codeSystems }: Holdings, request: LookUpRequest): Answer {
  const asked = readAskedCodes(request);
  if (isIssues(asked)) return asked;
  const { system, code } = asked[0]!;
  const table = codeSystems.find(system);
  if (table === undefined) {
    return refuse('not-found', 'code-system-unknown', 'The code system is not known here.');
  }
  const concept = findConcept(table, code);
  if (concept === undefined && table.other(code) !== 'in') {
    const isOut = table.other(code) === 'out';
    return isOut
      ? refuse('not-found', 'code-unknown', `The code is no code of ${table.url}.`)
      : refuse('not-supported', 'code-system-not-held', `The codes of ${table.url} are not held here.`);
  }
  return toParameters([
    { name: 'name', valueString: table.title ?? table.name ?? table.url },
    ...(table.version === undefined ? [] : [{ name: 'version', valueString: table.version }]),
    { name: 'display', valueString: codeSystems.display(table, code) ?? code },
    ...(concept === undefined ? [] : describe(table, concept, request.properties)),
  ]);
}

function describe(table: CodeSystemTable, concept: Concept, wanted: readonly string[] | undefined): Parameter[] {
  const { definition, designations, parents, children, properties, inactive } = concept;
  // Some systems state what stands above and below a concept in properties as well.
  const own = properties.filter(([code]) => !['parent', 'child', 'inactive'].includes(code));
  const all: [code: string, parameter: Parameter][] = [
    ...designations.map(([language, value]): [string, Parameter] => [
      `lang.${language}`,
      part('designation', [
        ...(language ? [{ name: 'language', valueCode: language }] : []),
        { name: 'value', valueString: value },
      ]),
    ]),
    ...(definition === undefined ? [] : [toProperty('definition', { valueString: definition })]),
    toProperty('inactive', { valueBoolean: inactive }),
    ...parents.map((each) => toProperty('parent', { valueCode: each.code })),
    ...children.map((each) => toProperty('child', { valueCode: each.code })),
    ...own.map(([code, value]) => toProperty(code, toValue(table.propertyTypes[code], value))),
  ];
  const isWanted = (code: string): boolean =>
    wanted === undefined || wanted.includes(code) || (code.startsWith('lang.') && wanted.includes('designation'));
  return all.filter(([code]) => isWanted(code)).map(([, parameter]) => parameter);
}

function toProperty(code: string, value: object): [string, Parameter] {
  return [
    code,
    part('property', [
      { name: 'code', valueCode: code },
      { name: 'value', ...value },
    ]),
  ];
}

function part(name: string, parts: readonly Parameter[]): Parameter {
  return { name, part: parts };
}

/** `value[x]` by the type that the system declares (http://hl7.org/fhir/R4/codesystem.html#properties). */
function toValue(type: string | undefined, value: unknown): object {
  if (type !== undefined) return { [`value${type.charAt(0).toUpperCase()}${type.slice(1)}`]: value };
  return typeof value === 'boolean' ? { valueBoolean: value } : { valueString: String(value) };
}
