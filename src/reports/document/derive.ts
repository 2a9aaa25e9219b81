import { createHash } from 'node:crypto';
import { CANONICAL, REPORT_SECTION_SYSTEM } from '../../cases/index.ts';
import { localReference } from '../../fhir/index.ts';
import type { Reference, Resource } from '../../fhir/index.ts';
import { recordsRead } from '../draft/records.ts';
import { CONSULT_NOTE, to } from '../draft/input.ts';
import type { Narrative } from '../draft/narrative.ts';
import { list, narrative, paragraph, paragraphs } from '../draft/narrative.ts';
import { conceptWithCode, node, nodes, text } from '../elements.ts';
import { opinionCode } from '../letter/observations.ts';
import { attachedTitles, inTime } from '../letter/shared.ts';
import { chooseWords } from '../letter/words/choose.ts';
import type { Words } from '../letter/words/words.ts';
import { refOf } from './links.ts';

/** Of what a report without sections tells its document. */
export interface UnsectionedReport {
  readonly report: Resource;
  /** The case's ServiceRequest. */
  readonly request: Resource;
  /** `Organization/x` */
  readonly programme: string;
  /** Records of the case: what was shared for it, and the results that the report names. */
  readonly members: readonly Resource[];
}

/**
 * The Composition that says what a report without one says: its conclusion as the summary, its codes as the diagnosis, how
 * it stands to the first opinion, the records that were shared. The same report gives the same Composition.
 */
export function deriveComposition(given: UnsectionedReport): Resource {
  const { report, request, programme } = given;
  const language = text(report.language) ?? 'en';
  const words = chooseWords(language);
  const date = text(report.issued) ?? text(report.effectiveDateTime) ?? text(report.meta?.lastUpdated);
  const people = answerable(report);
  return {
    resourceType: 'Composition',
    id: createHash('sha256')
      .update(`${refOf(report)} composition`)
      .digest('hex')
      .slice(0, 40),
    meta: { profile: [`${CANONICAL}/StructureDefinition/report-composition`] },
    language,
    status: STATUSES.get(text(report.status) ?? '') ?? 'preliminary',
    type: CONSULT_NOTE,
    subject: report.subject,
    ...(date === undefined ? {} : { date }),
    author: people.length > 0 ? people : [to(programme)],
    title: words.subject,
    ...(people.length === 0 ? {} : { attester: people.map((party) => attest(party, text(report.issued))) }),
    custodian: to(programme),
    event: [{ detail: [to(refOf(request))] }],
    section: sectionsOf(given, words),
  };
}

const STATUSES: ReadonlyMap<string, string> = new Map([
  ['final', 'final'],
  ['amended', 'amended'],
  ['corrected', 'amended'],
  ['appended', 'amended'],
  ['entered-in-error', 'entered-in-error'],
]);

/** Those who interpreted the report answer for it; without them, those who performed it. */
function answerable(report: Resource): Reference[] {
  const interpreters = nodes(report.resultsInterpreter);
  return interpreters.length > 0 ? interpreters : nodes(report.performer);
}

function attest(party: Reference, time: string | undefined): object {
  const isOrganization = localReference(party.reference)?.startsWith('Organization/') === true;
  return { mode: isOrganization ? 'official' : 'professional', ...(time === undefined ? {} : { time }), party };
}

function sectionsOf(given: UnsectionedReport, words: Words): object[] {
  const { report, members } = given;
  const results = nodes(report.result).flatMap((one) => localReference(one.reference) ?? []);
  const byRef = new Map(members.map((one) => [refOf(one), one]));
  const coded = (...codes: readonly string[]): string[] =>
    results.filter((ref) => codes.includes(opinionCode(byRef.get(ref) ?? report) ?? ''));
  const [compared, travel] = [coded('difference', 'concordance'), coded('travel-advice')];
  const others = results.filter((ref) => !compared.includes(ref) && !travel.includes(ref));
  const codes = nodes(report.conclusionCode).flatMap((one) => conceptWithCode(one) ?? []);
  return [
    { ...section(words, 'summary', summary(words, report), others), title: words.findings },
    section(words, 'differences', undefined, compared),
    {
      ...section(words, 'diagnosis', codes.length === 0 ? undefined : narrative('generated', list(codes)), []),
      title: words.codedConclusion,
    },
    section(words, 'travel', undefined, travel),
    section(words, 'records', undefined, sharedRefs(given)),
    section(words, 'disclaimer', narrative('generated', ...words.disclaimer.map(paragraph)), []),
  ].filter(({ text: own, entry }) => own !== undefined || entry !== undefined);
}

interface DerivedSection {
  readonly title: string | undefined;
  readonly code: object;
  readonly text?: Narrative;
  readonly entry?: readonly object[];
}

function section(words: Words, code: string, own: Narrative | undefined, entries: readonly string[]): DerivedSection {
  return {
    title: words.sections[code],
    code: { coding: [{ system: REPORT_SECTION_SYSTEM, code }] },
    ...(own === undefined ? {} : { text: own }),
    ...(entries.length === 0 ? {} : { entry: entries.map((ref) => to(ref)) }),
  };
}

/** The conclusion; of a report without one, which has a form of its own then, what that is called. */
function summary(words: Words, report: Resource): Narrative {
  const conclusion = text(report.conclusion)?.replaceAll('\r\n', '\n');
  if (conclusion !== undefined) return narrative('generated', paragraphs(conclusion).replaceAll('\n', '<br/>'));
  return narrative('generated', paragraph(words.headings.attachments), list(attachedTitles(words, report)));
}

/** What was shared for the opinion: all that the request names, what was sent later, and translations of any of it. */
function sharedRefs({ request, members }: UnsectionedReport): string[] {
  const named = nodes(request.supportingInfo).flatMap((one) => localReference(one.reference) ?? []);
  const read = recordsRead(request, members);
  const known = new Set([...named, ...read.map(refOf)]);
  const translations = members.filter(
    ({ resourceType, relatesTo }) =>
      resourceType === 'DocumentReference' &&
      nodes(relatesTo).some(
        ({ code, target }) => code === 'transforms' && known.has(localReference(node(target).reference) ?? ''),
      ),
  );
  const shared = members.filter((one) => named.includes(refOf(one)));
  return [...new Set(inTime([...shared, ...read, ...translations]).map(refOf))];
}
