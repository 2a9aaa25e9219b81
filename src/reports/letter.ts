import type { ReportInput } from './input.ts';
import { UNSHOWN } from './spelling.ts';

/** A piece of a section. */
export type Block =
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'fields'; readonly rows: readonly (readonly [label: string, value: string])[] }
  | { readonly kind: 'list'; readonly items: readonly string[]; readonly numbered: boolean }
  | { readonly kind: 'person'; readonly name: string; readonly lines: readonly string[] }
  | { readonly kind: 'notice'; readonly text: string };

export interface Section {
  readonly heading: string;
  /** BCP 47 tag where it differs from the letter's own English. */
  readonly language?: string;
  readonly blocks: readonly Block[];
}

export interface Letter {
  readonly title: string;
  readonly sections: readonly Section[];
}

const STATUS_WORDS: ReadonlyMap<string, string> = new Map([
  ['final', 'Final report'],
  ['amended', 'Amended report; it takes the place of the one issued before'],
  ['corrected', 'Corrected report; it takes the place of the one issued before'],
  ['appended', 'Report with an addition; the rest is as issued before'],
]);

const ADVISORY =
  'This second opinion is advisory. It rests on the records that were sent and on no examination of the patient. It does ' +
  'not put the patient under the care of the reviewer or the programme, and it guarantees no outcome. Decisions on ' +
  'diagnosis and treatment stay with the patient and the treating doctor.';

const NO_EMERGENCY =
  'This is not an emergency service. In an emergency call the local emergency number or go to the nearest emergency ' +
  'department at once.';

const UNDRAWABLE =
  `Some characters of this report are of a kind that this document cannot show; each stands as ${UNSHOWN}. ` +
  'The structured report of the case has them in full.';

/** Arranges what the letter says: sections in reading order, those without content left out. */
export function composeLetter(input: ReportInput): Letter {
  const foreign = input.language === 'en' || input.language.startsWith('en-') ? {} : { language: input.language };
  const sections: Section[] = [
    {
      heading: 'Case',
      blocks: [
        fields([
          ['Case number', input.caseNumber],
          ["Referrer's number", input.referrer.orderNumber],
          ['Requested', input.requestedOn],
          ['Issued', input.issuedOn],
          ['Status', STATUS_WORDS.get(input.status) ?? input.status],
        ]),
        ...(JSON.stringify(input).includes(UNSHOWN) ? [{ kind: 'notice', text: UNDRAWABLE } as const] : []),
      ],
    },
    {
      heading: 'Patient',
      blocks: [
        fields([
          ['Name', input.patient.name],
          ['Date of birth', input.patient.birthDate],
          ['Gender', input.patient.gender],
          ['Identifiers', input.patient.identifiers.join(', ')],
        ]),
      ],
    },
    {
      heading: 'Referred by',
      blocks: [
        fields([
          ['Organisation', input.referrer.name],
          ['Contact', input.referrer.lines.join('\n')],
        ]),
      ],
    },
    {
      heading: 'Request',
      blocks: [
        fields([
          ['Service', input.service],
          ['Reason', input.reasons.join('\n')],
          ['Note', input.notes.join('\n\n')],
        ]),
      ],
    },
    { heading: 'Questions asked', blocks: list(input.questions, true) },
    {
      heading: 'Findings and conclusion',
      ...foreign,
      blocks: [
        ...paragraphs(input.conclusion === undefined ? [] : [input.conclusion]),
        ...(input.attachments.length === 0 ? [] : paragraphs(['Attached to the report:'])),
        ...list(input.attachments, false),
      ],
    },
    { heading: 'Coded conclusion', ...foreign, blocks: list(input.conclusionCodes, false) },
    {
      heading: 'Records shared for this opinion',
      blocks: list(
        input.reviewed.map(({ date, kind, description }) => `${date ?? 'undated'} · ${kind}: ${description}`),
        false,
      ),
    },
    {
      heading: 'Attested by',
      blocks: input.attesters.map(({ name, credentials }) => ({ kind: 'person', name, lines: credentials })),
    },
    { heading: 'About this opinion', blocks: [{ kind: 'notice', text: `${ADVISORY}\n\n${NO_EMERGENCY}` }] },
  ];
  return {
    title: `Second opinion ${input.caseNumber}`.trim(),
    sections: sections
      .map((section) => ({ ...section, blocks: section.blocks.filter(hasContent) }))
      .filter((section) => section.blocks.length > 0),
  };
}

function fields(rows: readonly (readonly [label: string, value: string | undefined])[]): Block {
  return {
    kind: 'fields',
    rows: rows.flatMap(([label, value]) => (value === undefined || value === '' ? [] : [[label, value] as const])),
  };
}

/** Blank lines part paragraphs. */
function paragraphs(given: readonly string[]): Block[] {
  return given
    .flatMap((text) => text.split(/\r?\n\s*\r?\n/))
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map((text) => ({ kind: 'paragraph', text }));
}

function list(items: readonly string[], numbered: boolean): Block[] {
  return [{ kind: 'list', items, numbered }];
}

function hasContent(block: Block): boolean {
  if (block.kind === 'fields') return block.rows.length > 0;
  return block.kind !== 'list' || block.items.length > 0;
}
