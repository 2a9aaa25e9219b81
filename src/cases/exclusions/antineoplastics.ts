import { inSystem, SNOMED } from '../packet/codings.ts';

/** Antineoplastic agents. https://www.whocc.no/atc_ddd_index/?code=L01 */
const ATC = 'http://www.whocc.no/atc|L01';

/** The commonest substances where they are not coded in ATC. */
const LISTED: ReadonlySet<string> = new Set([
  ...inSystem('http://www.nlm.nih.gov/research/umls/rxnorm', [
    ...['2555', '40048', '32592', '4492', '56946', '72962', '3639', '51499', '12574', '194000', '3002', '11202'],
    ...['4179', '121191', '224905', '253337', '1547545', '1597876', '1736776', '1860480', '1736854', '583214'],
  ]),
  ...inSystem(SNOMED, ['387318005', '386905002', '387172005', '387374002', '386918005', '387420009', '372817009']),
]);

/** Whether a code, as `codings` writes it, is that of a drug against cancer. */
export function isAntineoplastic(coding: string): boolean {
  return coding.startsWith(ATC) || LISTED.has(coding);
}
