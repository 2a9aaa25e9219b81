import { EHR } from './cast.ts';
import type { CastClient } from './cast.ts';
import { refOf } from './fhir.ts';
import type { DiagnosticReport } from './fhir.ts';
import type { Narrator } from './narrator.ts';

interface Ending {
  readonly origin: string;
  readonly number: string;
  readonly report: DiagnosticReport;
  readonly binary: string;
  readonly file: string;
  /** Where the home EHR goes on asking for changes. */
  readonly cursor: string;
  readonly keyFile: (client: CastClient) => string;
}

/** Where the report is, and commands to go on with; they work as they stand while the server runs. */
export function showEnding(narrator: Narrator, ending: Ending): void {
  const { origin, number, report, binary, file, cursor, keyFile } = ending;
  const base = `${origin}/fhir`;
  const get = `curl -s -H "Authorization: Bearer $TOKEN"`;
  narrator.chapter(`Case ${number} is answered`);
  narrator.block([
    `   PDF      ${file}`,
    `   Report   ${base}/${refOf(report)}`,
    '',
    '   What to try next, in another terminal: be the home EHR (a token is good for five minutes)',
    '',
    `TOKEN=$(npm run -s consilium -- token --client ${EHR.id} \\`,
    `  --key ${keyFile(EHR)} --scope "system/*.rs" --base ${origin})`,
    `${get} ${base}/${refOf(report)}`,
    `${get} -o report.pdf ${base}/${binary}`,
    `${get} "${base}/Task?_lastUpdated=ge${cursor}"`,
    `curl -s ${base}/metadata`,
  ]);
}
