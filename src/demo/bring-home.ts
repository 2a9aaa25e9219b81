import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EHR } from './cast.ts';
import { refOf, resourcesOf } from './fhir.ts';
import type { Bundle, DiagnosticReport, ServiceRequest } from './fhir.ts';
import type { SentCase } from './send-case.ts';
import { StoryBroken, tell, tellWhen } from './stage.ts';
import type { Stage } from './stage.ts';

/** The report, back home. */
export interface Report {
  readonly report: DiagnosticReport;
  /** `Binary/x` */
  readonly binary: string;
  /** Where the letter lies on this disk. */
  readonly file: string;
}

/** The home EHR fetches the report, waits for the letter, keeps it, and closes its order. */
export async function bringHome(stage: Stage, sent: SentCase, folder: string): Promise<Report> {
  const { narrator, ehr } = stage;
  const bundle = await tellWhen<Bundle>(
    stage,
    EHR,
    () =>
      ehr.ask((client) =>
        client.search({
          resourceType: 'DiagnosticReport',
          searchParams: { 'based-on': refOf(sent.request), status: 'final' },
        }),
      ),
    (found) => pdfOf(found) !== undefined,
  );
  const report = resourcesOf(bundle)[0] as DiagnosticReport;
  const pdf = pdfOf(bundle);
  if (pdf?.url === undefined) throw new StoryBroken('The report has no letter.');
  narrator.note(`→ final, with a letter of ${((pdf.size ?? 0) / 1000).toFixed(0)} kB in presentedForm`);
  const bytes = tell(stage, EHR, await ehr.download(pdf.url, 'application/pdf'));
  if (!(bytes instanceof Uint8Array) || Buffer.from(bytes).toString('latin1', 0, 5) !== '%PDF-') {
    throw new StoryBroken('What was downloaded is no PDF.');
  }
  const file = join(folder, `report-${sent.number}.pdf`);
  await writeFile(file, bytes);
  narrator.note(`→ written to ${file}`);
  await closeOrder(stage, sent.request);
  return { report, binary: pdf.url, file };
}

function pdfOf(bundle: Bundle): NonNullable<DiagnosticReport['presentedForm']>[number] | undefined {
  const forms = (resourcesOf(bundle) as DiagnosticReport[]).flatMap(({ presentedForm }) => presentedForm ?? []);
  return forms.find(({ contentType }) => contentType === 'application/pdf');
}

async function closeOrder(stage: Stage, { id = '' }: ServiceRequest): Promise<void> {
  const resourceType = 'ServiceRequest';
  const { narrator, ehr } = stage;
  const current = tell(stage, EHR, await ehr.ask((client) => client.read({ resourceType, id }))) as ServiceRequest;
  const body = { ...current, status: 'completed' };
  tell(stage, EHR, await ehr.ask((client) => client.update({ resourceType, id, body })));
  narrator.note('→ the hospital has closed its order');
}
