import type { Resource } from '../../fhir/index.ts';
import { codings, inSystem, SNOMED } from '../packet/codings.ts';

/*
 * What a procedure is to the question whether it was a treatment: by its category, else by the listed codes. Listed is
 * what second opinions are often about; whoever sends others gives their category.
 */

export type ProcedureKind = 'surgery' | 'systemic' | 'radiation' | 'therapeutic' | 'diagnostic';

const CATEGORIES: ReadonlyMap<string, ProcedureKind> = new Map([
  ['387713003', 'surgery'],
  ['277132007', 'therapeutic'],
  ['103693007', 'diagnostic'],
  ['363679005', 'diagnostic'],
  ['108252007', 'diagnostic'],
  ['165197003', 'diagnostic'],
]);

/** Surgical procedure, and operations by organ. SNOMED CT */
const SURGERY = [
  ...['387713003', '370611004', '86481000', '74770008', '177765008', '77465005', '122465003', '81723002', '397117006'],
  // Breast, gynaecology
  ...[
    '69031006',
    '384723003',
    '726429001',
    '726430006',
    '726436000',
    '726437009',
    '392021009',
    '392090004',
    '79544006',
  ],
  ...[
    '236886002',
    '116140006',
    '116141005',
    '116143008',
    '116144002',
    '86477000',
    '236887006',
    '265056007',
    '75835007',
  ],
  ...['83152002', '76876009', '116028008', '387740003', '11466000'],
  // Bowel, stomach, liver, pancreas
  ...['43075005', '23968004', '359571009', '398740003', '173977007', '107938000', '80146002', '38102005', '53442002'],
  ...['107963000', '116241004', '234319005', '430715008', '708983005', '107907001', '174041007'],
  // Kidney, bladder, prostate, testis
  ...['108022006', '175905003', '175907006', '108034003', '386792000', '90470006', '26294005', '176258007', '90199006'],
  ...['120001005'],
  // Lung, heart, vessels
  ...[
    '173171007',
    '359623004',
    '49795001',
    '232632009',
    '287310004',
    '88039007',
    '232658009',
    '232717009',
    '232720001',
  ],
  ...[
    '232721002',
    '232722009',
    '232723004',
    '415070008',
    '429639007',
    '307279007',
    '174929002',
    '77181006',
    '444588006',
  ],
  ...['405525004', '112828007', '395218007', '307280005', '78418002', '112802009'],
  // Brain, spine, bones and joints
  ...[
    '25353009',
    '230810008',
    '300009002',
    '387731002',
    '445429009',
    '427752004',
    '277764006',
    '81099000',
    '392236004',
  ],
  ...[
    '52734007',
    '265160007',
    '398010007',
    '609588000',
    '443681002',
    '443682009',
    '112727005',
    '86480004',
    '112698002',
  ],
  // Head and neck, eye
  ...['13619001', '72791001', '81870009', '178283002', '172132001', '385468004', '75732000'],
];

/** Chemotherapy, immunotherapy and stem cells. SNOMED CT */
const SYSTEMIC = [
  '367336001',
  '38216008',
  '703423002',
  '897713009',
  '716872004',
  '76334006',
  '234336002',
  '425983008',
  '425843001',
];

/** Radiotherapy. SNOMED CT */
const RADIATION = ['108290001', '1287742003', '33195004', '152198000', '425767004'];

/** Biopsies, endoscopies and other looks, which are no treatment whatever category they bear. SNOMED CT */
const DIAGNOSTIC = [
  ...['86273004', '76164006', '65575008', '236258004', '122548005', '86259008', '274331003', '386802000'],
  ...['73761001', '444783004', '76009000', '423827005', '445982009', '386745004', '392003006', '73632009'],
  ...['277762005', '91602002', '77343006', '410006001', '399208008', '433236007', '105376000', '363680008'],
];

const KINDS: ReadonlyMap<string, ProcedureKind> = new Map<string, ProcedureKind>([
  ...listed('surgery', SURGERY),
  ...listed('systemic', SYSTEMIC),
  ...listed('radiation', RADIATION),
  ...listed('diagnostic', DIAGNOSTIC),
]);

function listed(kind: ProcedureKind, codes: readonly string[]): [string, ProcedureKind][] {
  return inSystem(SNOMED, codes).map((code) => [code, kind]);
}

/** ICD-10-PCS: section 0 operates unless it looks (J) or its last place says diagnostic (X); D irradiates; 3E0…0 is antineoplastic. */
const PCS_SYSTEM = 'http://www.cms.gov/Medicare/Coding/ICD10';
const PCS: readonly (readonly [form: RegExp, kind: ProcedureKind])[] = [
  [/^0.J|^0.{5}X$|^B/, 'diagnostic'],
  [/^0/, 'surgery'],
  [/^D/, 'radiation'],
  [/^3E0.{2}0/, 'systemic'],
];

/** What a procedure was, or is to be; undefined: nobody says. */
export function kindOfProcedure({ code, category }: Resource): ProcedureKind | undefined {
  const kinds = codings(code).flatMap((one) => kindOfCode(one) ?? []);
  if (kinds.includes('diagnostic')) return 'diagnostic';
  const [said] = codings(category).flatMap((one) =>
    one.startsWith(`${SNOMED}|`) ? (CATEGORIES.get(codeIn(one)) ?? []) : [],
  );
  return kinds[0] ?? said;
}

/** What a code of a procedure, as {@link codings} writes it, says. */
export function kindOfCode(coding: string): ProcedureKind | undefined {
  const known = KINDS.get(coding);
  if (known !== undefined || !coding.startsWith(`${PCS_SYSTEM}|`)) return known;
  return PCS.find(([form]) => form.test(codeIn(coding)))?.[1];
}

function codeIn(coding: string): string {
  return coding.slice(coding.lastIndexOf('|') + 1);
}
