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
  readonly staysUp: boolean;
}

/** Where the report is, and how to go on. */
export function showEnding(narrator: Narrator, ending: Ending): void {
  const { origin, number, report, file, staysUp } = ending;
  narrator.chapter(`Case ${number} is answered`);
  narrator.block([
    `   PDF      ${file}`,
    `   Report   ${origin}/fhir/${refOf(report)}`,
    '',
    ...(staysUp ? commandsToTry(ending) : waysToKeepUp(origin)),
  ]);
}

/** They work as they stand while the server runs. */
function commandsToTry({ origin, report, binary, cursor, keyFile }: Ending): string[] {
  const base = `${origin}/fhir`;
  const get = `curl -s -w '\\n' -H "Authorization: Bearer $TOKEN"`;
  return [
    '   What to try next, in another terminal: be the home EHR (a token is good for five minutes)',
    '',
    `TOKEN=$(npm run -s consilium -- token --client ${EHR.id} \\`,
    `  --key ${keyFile(EHR)} --scope "system/*.rs" --base ${origin})`,
    `${get} ${base}/${refOf(report)}`,
    `curl -s -H "Authorization: Bearer $TOKEN" -o report-from-server.pdf ${base}/${binary}`,
    '# What has changed since: nothing, until something does.',
    `${get} "${base}/Task?_lastUpdated=ge${cursor}"`,
    `curl -s -w '\\n' ${base}/metadata`,
  ];
}

function waysToKeepUp(origin: string): string[] {
  const { port } = new URL(origin);
  return [
    '   The server ends with the story (--once). To play it again, keep the server up, and be shown what to try next:',
    '',
    port === '8080' ? 'npm run demo' : `PORT=${port} npm run demo`,
  ];
}
