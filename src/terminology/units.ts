import { UcumLhcUtils } from '@lhncbc/ucum-lhc';

/** http://unitsofmeasure.org/ucum: printable ASCII, annotations in braces that do not nest. */
const UNIT_FORM = /^(?:[!-z|~]|\{[!-z|~]*\})+$/;
const LONGEST_UNIT = 200;
const MOST_REMEMBERED = 10_000;

export interface CanonicalQuantity {
  readonly value: number;
  /** Base units in alphabetical order, `g.m-3`; `1` for plain numbers. */
  readonly unit: string;
}

interface Unit {
  readonly name: string | undefined;
}

/** Units of measure (UCUM). The library reads its definitions when it is first asked: that takes some 30 ms. */
export interface Units {
  readonly isUnit: (code: string) => boolean;
  readonly nameUnit: (code: string) => string | undefined;
  /**
   * A quantity in base units, so that quantities in different units compare: 5 mg/dL is 50 g.m-3. Undefined for what is
   * no unit, and for units that have no fixed size (`[iU]`).
   */
  readonly canonicalQuantity: (value: number, unit: string) => CanonicalQuantity | undefined;
}

export function createUnits(): Units {
  const remembered = new Map<string, Unit | undefined>();
  const find = (code: string): Unit | undefined => {
    if (remembered.has(code)) return remembered.get(code);
    const unit = parseUnit(code);
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(code, unit);
    return unit;
  };
  return {
    isUnit: (code) => find(code) !== undefined,
    nameUnit: (code) => find(code)?.name,
    canonicalQuantity: (value, unit) => (find(unit) === undefined ? undefined : convert(value, unit)),
  };
}

/**
 * The library trims, guesses (`pound`) and writes to the console where a form is wrong, so the form is checked first. It
 * also takes the names of what every object has (`constructor`) for units.
 */
function parseUnit(code: string): Unit | undefined {
  if (code.length > LONGEST_UNIT || !UNIT_FORM.test(code)) return undefined;
  if (code.match(/\w+/g)?.some((word) => word.replace(/\d+$/, '') in Object.prototype)) return undefined;
  const { status, unit } = UcumLhcUtils.getInstance().validateUnitString(code);
  return status === 'valid' ? { name: unit?.name ?? undefined } : undefined;
}

function convert(value: number, unit: string): CanonicalQuantity | undefined {
  const converted = UcumLhcUtils.getInstance().convertToBaseUnits(unit, value);
  if (converted.status !== 'succeeded' || !Number.isFinite(converted.magnitude)) return undefined;
  const { magnitude, unitToExp } = converted;
  const powers = Object.entries(unitToExp).filter(([, power]) => power !== 0);
  const sorted = powers.sort(([a], [b]) => (a < b ? -1 : 1));
  // What conversion adds in the last digits (999999999999.9999) would keep equal quantities apart.
  const rounded = Number(magnitude.toPrecision(12));
  return { value: rounded, unit: sorted.map(([base, power]) => `${base}${power === 1 ? '' : power}`).join('.') || '1' };
}
