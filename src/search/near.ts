import { numberOf } from '../fhir/index.ts';
import type { Emit, ParamKeys } from './emitter.ts';
import type { Place } from './places.ts';
import { malformed, ok } from './problem.ts';
import type { Outcome } from './problem.ts';
import type { Circle } from './query.ts';
import type { Knowledge } from './setting.ts';
import { splitValue, unescapeValue } from './split-value.ts';

/** Where no distance is given, which R4 leaves to the server. */
const DEFAULT_KILOMETRES = 50;
/** Half the way around the earth: everywhere. */
const FARTHEST = 20_037_508;
const NUMBER = /^[+-]?\d{1,10}(\.\d{1,20})?$/;

/** `Location.position` as a range row of latitude and longitude. */
export function emitPosition({ type }: Place, keys: ParamKeys): Emit | undefined {
  if (type !== 'Location.position') return undefined;
  return (element, rows) => {
    const { latitude, longitude } = element as { latitude?: unknown; longitude?: unknown };
    const [low, high] = [numberOf(latitude), numberOf(longitude)];
    if (low !== undefined && high !== undefined) rows.addRange(keys.value, '', low, high);
  };
}

/** `latitude|longitude|distance|unit`, the distance in km unless told. See http://hl7.org/fhir/R4/location.html#positional. */
export function parseNear({ terminology }: Knowledge, name: string, text: string): Outcome<Circle> {
  const [latitude = '', longitude = '', distance = '', unit = '', ...more] = splitValue(text, '|').map(unescapeValue);
  const written = distance === '' ? String(DEFAULT_KILOMETRES) : distance;
  const circle = { latitude: Number(latitude), longitude: Number(longitude) };
  const isPlace = [latitude, longitude, written].every((each) => NUMBER.test(each)) && more.length === 0;
  if (!isPlace || Math.abs(circle.latitude) > 90 || Math.abs(circle.longitude) > 180 || Number(written) < 0) {
    return malformed(
      'bad-near',
      `The value of ${name} must be latitude|longitude|distance|unit: degrees within ±90 and ±180, and a distance of 0 or more.`,
    );
  }
  const metres = terminology.canonicalQuantity(Number(written), unit === '' ? 'km' : unit);
  if (metres?.unit !== 'm') {
    return malformed('bad-near', `The unit of ${name} must be one of length in UCUM: km, m or [mi_i].`);
  }
  return ok({ ...circle, radius: Math.min(metres.value, FARTHEST) });
}
