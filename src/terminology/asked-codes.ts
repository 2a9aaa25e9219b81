import type { Issue } from '../base/index.ts';
import { refuse } from './answer.ts';
import type { CodeRequest, PartialCoding } from './types.ts';

/** A code that is asked about. */
export interface AskedCode {
  readonly system: string;
  readonly code: string;
  readonly display: string | undefined;
}

/** The codes of a request, which names them in exactly one of three ways. */
export function readAskedCodes(request: CodeRequest): readonly AskedCode[] | readonly Issue[] {
  const { code, system, display, coding, codeableConcept } = request;
  if ([code, coding, codeableConcept].filter((each) => each !== undefined).length !== 1) {
    return refuse(
      'invalid',
      'one-code-needed',
      'Say what to look at in exactly one of: code (with system), coding, codeableConcept.',
    );
  }
  if (codeableConcept !== undefined) return readCodings(codeableConcept.coding, 'codeableConcept.coding');
  return readCodings([coding ?? { code: code!, ...omitUndefined({ system, display }) }], coding ? 'coding' : 'code');
}

export function isIssues(asked: readonly AskedCode[] | readonly Issue[]): asked is readonly Issue[] {
  return asked.length > 0 && 'severity' in asked[0]!;
}

/** What codings hold need not have been validated. */
function readCodings(codings: unknown, where: string): readonly AskedCode[] | readonly Issue[] {
  if (!Array.isArray(codings) || codings.length === 0) {
    return refuse('required', 'coding-needed', `${where} holds nothing to look at: give a coding.`);
  }
  const asked = codings.map(readCoding).filter((each) => each !== undefined);
  if (asked.length === codings.length) return asked;
  return refuse(
    'required',
    'system-needed',
    `${where} has to come with both the code and the system that it is a code of: give both.`,
  );
}

function readCoding(coding: unknown): AskedCode | undefined {
  if (typeof coding !== 'object' || coding === null) return undefined;
  const { system, code, display } = coding as Readonly<Record<string, unknown>>;
  if (typeof system !== 'string' || typeof code !== 'string') return undefined;
  return { system, code, display: typeof display === 'string' ? display : undefined };
}

function omitUndefined(fields: { system: string | undefined; display: string | undefined }): PartialCoding {
  return {
    ...(fields.system === undefined ? {} : { system: fields.system }),
    ...(fields.display === undefined ? {} : { display: fields.display }),
  };
}
