import type { RowCollector } from './index-values.ts';
import { paramKey } from './param-key.ts';
import type { UnitScale } from './unit-scale.ts';

/** Writes the index rows of one element. Elements of the wrong shape give no rows: they are validation's to refuse. */
export type Emit = (element: unknown, rows: RowCollector) => void;

/** The numbers under which the rows of one parameter are kept. */
export interface ParamKeys {
  readonly value: number;
  /** Display texts of a token, searched with `:text`. */
  readonly text: number;
  /** `Reference.identifier`, searched with `:identifier`. */
  readonly identifier: number;
  /** Identifiers with their type, searched with `:of-type`. */
  readonly ofType: number;
  /** Family names from their second word on, searched beside the whole ones. */
  readonly parts: number;
}

/** What emitting needs to know besides the element. */
export interface Tools {
  /** Takes this server's own base off a URL. */
  readonly relative: (url: string) => string;
  /** Of a UCUM unit. */
  readonly scaleOf: (unit: string) => UnitScale | undefined;
}

export function paramKeys(type: string, code: string): ParamKeys {
  return {
    value: paramKey(type, code),
    text: paramKey(type, `${code}:text`),
    identifier: paramKey(type, `${code}:identifier`),
    ofType: paramKey(type, `${code}:of-type`),
    parts: paramKey(type, `${code}:parts`),
  };
}
