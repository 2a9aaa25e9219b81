import { emitDate } from './emit-date.ts';
import { emitNumber, emitQuantity } from './emit-number.ts';
import { emitPosition } from './near.ts';
import { emitReference } from './emit-reference.ts';
import { emitString, emitUri } from './emit-string.ts';
import { emitToken } from './emit-token.ts';
import type { Emit, ParamKeys, Tools } from './emitter.ts';
import type { Place } from './places.ts';

const MAKERS: Readonly<Record<string, (place: Place, keys: ParamKeys, tools: Tools) => Emit | undefined>> = {
  token: emitToken,
  reference: emitReference,
  date: emitDate,
  string: emitString,
  uri: emitUri,
  number: emitNumber,
  quantity: emitQuantity,
  special: emitPosition,
};

/** How elements at `place` are indexed for a parameter of type `kind`; undefined where the two do not go together. */
export function makeEmit(kind: string, place: Place, keys: ParamKeys, tools: Tools): Emit | undefined {
  return MAKERS[kind]?.(place, keys, tools);
}
