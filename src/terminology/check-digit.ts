/*
 * Code systems whose codes carry a check digit: a wrong one tells that a code is none, though the codes are not held.
 */

const SNOMED_CT = /^[1-9]\d{5,17}$/;
/** Concepts of the international edition and of extensions (http://snomed.org/sctid). */
const CONCEPT_PARTITION = /^.*(?:00|10)\d$/;
const LOINC = /^(\d{1,7})-(\d)$/;
/** Parts, answers, lists and groups, which have another check digit. */
const LOINC_PART = /^(?:L[AGLP]|MTHU)\d{1,9}(?:-\d)?$/;

/** Rows of the dihedral group of order ten and of Verhoeff's permutation of it. */
const MULTIPLY = [
  '0123456789', '1234067895', '2340178956', '3401289567', '4012395678',
  '5987604321', '6598710432', '7659821043', '8765932104', '9876543210',
]; // prettier-ignore
const PERMUTE = [
  '0123456789', '1576283094', '5803796142', '8916043527', '9453126870', '4286573901', '2793806415', '7046913258',
]; // prettier-ignore

/** Whether the text may be a SNOMED CT concept: an identifier, or an expression, which is not looked into. */
export function mayBeSnomed(code: string): boolean {
  if (/[:+={}()|,<]/.test(code)) return code.length <= 4000;
  return SNOMED_CT.test(code) && CONCEPT_PARTITION.test(code) && checksVerhoeff(code);
}

/** Whether the text may be a LOINC code, `NNNNN-C` with a check digit of modulus 10, or a part or answer of LOINC. */
export function mayBeLoinc(code: string): boolean {
  const [, digits, check] = LOINC.exec(code) ?? [];
  return digits === undefined ? LOINC_PART.test(code) : luhn(digits) === Number(check);
}

function checksVerhoeff(digits: string): boolean {
  let check = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits[digits.length - 1 - place]);
    check = Number(MULTIPLY[check]![Number(PERMUTE[place % 8]![digit])]);
  }
  return check === 0;
}

function luhn(digits: string): number {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits[digits.length - 1 - place]) * (place % 2 === 0 ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return (10 - (sum % 10)) % 10;
}
