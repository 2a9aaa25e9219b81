import { emitDate } from './emit-date.ts';
import { emitNumber, emitQuantity } from './emit-number.ts';
import { emitReference } from './emit-reference.ts';
import { emitString, emitUri } from './emit-string.ts';
import { emitToken } from './emit-token.ts';
import type { Emit, ParamKeys } from './emitter.ts';
import type { Place } from './places.ts';

type Relative = (url: string) => string;

const MAKERS: Readonly<Record<string, (place: Place, keys: ParamKeys, relative: Relative) => Emit | undefined>> = {
  token: emitToken,
  reference: emitReference,
  date: emitDate,
  string: emitString,
  uri: emitUri,
  number: emitNumber,
  quantity: emitQuantity,
};

/** How elements at `place` are indexed for a parameter of type `kind`; undefined where the two do not go together. */
export function makeEmit(kind: string, place: Place, keys: ParamKeys, relative: Relative): Emit | undefined {
  return MAKERS[kind]?.(place, keys, relative);
}
