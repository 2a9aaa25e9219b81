import type { Knowledge } from './setting.ts';

export const UCUM = 'http://unitsofmeasure.org';

/** How quantities in one unit are told in base units. */
export interface UnitScale {
  /** Base units: `g.m-3`. */
  readonly unit: string;
  readonly scale: (number: number) => number;
}

const MOST_REMEMBERED = 1000;

/**
 * Finds the scale of a UCUM unit. Undefined for what is no unit, for units without a fixed size (`[iU]`) and for those
 * with a zero of their own (`Cel`, `[pH]`): of these the index holds the numbers as they are written.
 */
export function scalesOf(terminology: Knowledge['terminology']): (code: string) => UnitScale | undefined {
  let scales = known.get(terminology);
  if (scales === undefined) {
    scales = createScales(terminology);
    known.set(terminology, scales);
  }
  return scales;
}

const known = new WeakMap<object, (code: string) => UnitScale | undefined>();

function createScales({ canonicalQuantity }: Knowledge['terminology']): (code: string) => UnitScale | undefined {
  const remembered = new Map<string, UnitScale | undefined>();
  return (code) => {
    if (remembered.has(code)) return remembered.get(code);
    const scale = readScale(code, canonicalQuantity);
    // Codes come from records and requests.
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(code, scale);
    return scale;
  };
}

function readScale(
  code: string,
  canonicalQuantity: Knowledge['terminology']['canonicalQuantity'],
): UnitScale | undefined {
  const [zero, one, ten] = [0, 1, 10].map((value) => canonicalQuantity(value, code));
  if (one === undefined || zero?.value !== 0 || ten === undefined) return undefined;
  const factor = one.value;
  if (!(factor > 0) || Math.abs(ten.value / factor - 10) > 1e-9) return undefined;
  return { unit: one.unit, scale: (number) => round(number * factor) };
}

/** Twelve digits: what multiplying adds behind them would keep 5.4 mg and 0.0054 g apart. */
function round(number: number): number {
  return Number(number.toPrecision(12));
}
