import { CANONICAL } from '../../../src/cases/index.ts';
import { VIRTUAL_SERVICE } from '../../../src/cases/visit/link.ts';
import type { Answer, Json, Partner } from '../../support/house.ts';
import type { SentCase } from '../packet.ts';
import { create, done, entryOf, patch, read, step, stepsOf, transact } from './moves.ts';
import type { Stage } from './stage.ts';
import { attachment, concept, guide, output, SNOMED, to } from './words.ts';

/** What each programme's people do in much the same way: who reviews, translations, opinions, the meeting by video. */

const PARTICIPATION = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType';

/** A reviewer as the programme publishes one: `PractitionerRole/id`. */
export interface ReviewerSheet {
  readonly id: string;
  /** SNOMED CT code. */
  readonly specialty: string;
  /** Language tags. */
  readonly speaks: readonly string[];
  /** Put into the PractitionerRole. */
  readonly more?: Json;
}

/** Publishes reviewers with their credentials, for everyone to see. */
export async function publishReviewers(programme: Partner, sheets: readonly ReviewerSheet[]): Promise<void> {
  const entries = sheets.flatMap(({ id, specialty, speaks, more }) => [
    entryOf({
      resourceType: 'Practitioner',
      id,
      active: true,
      name: [{ text: `Dr ${id}` }],
      qualification: [{ code: { text: 'Board certified' }, issuer: { display: 'College' }, period: { start: '2009' } }],
      communication: speaks.map((code) => concept('urn:ietf:bcp:47', code)),
    }),
    entryOf({
      resourceType: 'PractitionerRole',
      id,
      active: true,
      practitioner: to(`Practitioner/${id}`),
      organization: to(`Organization/${programme.organization}`),
      specialty: [concept(SNOMED, specialty)],
      ...more,
    }),
  ]);
  await done(transact(programme, ...entries));
}

/** `id fit`, `id specialty language`: what the server proposes, in its order. */
export async function proposedReviewers(programme: Partner, { request }: SentCase): Promise<string[]> {
  const { parameter } = await done(programme.fetch('GET', `/${request}/$propose-reviewers`));
  return parameter
    .filter(({ name }: Json) => name === 'reviewer')
    .map(({ part }: Json) => {
      const id = part.find(({ name }: Json) => name === 'role').valueReference.reference.split('/')[1];
      const reasons = part
        .filter(({ name }: Json) => name === 'reason')
        .map(({ valueCoding }: Json) => valueCoding.code);
      return [id, ...(reasons.length === 0 ? ['fit'] : reasons)].join(' ');
    });
}

/** Of the entries of one Bundle, each with its number behind it. */
const URN = 'urn:uuid:0b1f4c6e-8b0d-4a1e-9f52-3a5c7d9e1f2';

/** Hands a translation over: the document, how it was made, and its Task as done, in one Bundle. */
export function translate(programme: Partner, task: Json, language: string, method = 'human'): Promise<Answer> {
  const ofDocument = task.focus.reference.startsWith('DocumentReference/');
  const document = {
    resourceType: 'DocumentReference',
    status: 'current',
    subject: task.for,
    content: [{ attachment: attachment('Invented translation', language) }],
    // R4's relatesTo reaches documents alone.
    ...(ofDocument
      ? { relatesTo: [{ code: 'transforms', target: task.focus }] }
      : { context: { related: [task.focus] } }),
  };
  const handed = output('translated-document', { valueReference: to(`${URN}1`) });
  return transact(
    programme,
    entryOf(document, `${URN}1`),
    entryOf(translationProvenance(programme, `${URN}1`, method), `${URN}2`),
    entryOf({ ...task, status: 'completed', output: [handed] }),
  );
}

/** Who made a translation, and how. */
export function translationProvenance(programme: Partner, target: string, method: string): Json {
  return {
    resourceType: 'Provenance',
    target: [to(target)],
    recorded: '2027-01-04T02:00:00Z',
    agent: [
      {
        type: concept('http://terminology.hl7.org/CodeSystem/provenance-participant-type', 'performer'),
        role: [guide('translation-method', method)],
        who: to(`Organization/${programme.organization}`),
      },
    ],
  };
}

/** Asks a reviewer for a review and lets it be done; gives `Task/x`. `says`: `Type/id` of what the reviewer wrote. */
export async function review(
  programme: Partner,
  sent: SentCase,
  reviewer: string,
  says: string,
  more: Json = {},
): Promise<string> {
  const task = await create(programme, step(sent, 'review', `PractitionerRole/${reviewer}`, more));
  await done(patch(programme, task, { status: 'in-progress' }));
  await done(patch(programme, task, { status: 'completed', output: [output('report', { valueReference: to(says) })] }));
  return task;
}

export interface VisitSheet {
  /** `Task/x`, of the video consultation. */
  readonly step: string;
  /** Instants. */
  readonly start: string;
  readonly end: string;
  readonly reviewer: string;
  /** `Practitioner/x` at home, who sits in. */
  readonly localDoctor?: string;
  /** Whether an interpreter takes part. */
  readonly interpreter?: boolean;
  readonly slot?: string;
}

/** The date of a video consultation as the programme books it. */
export function visit(sent: SentCase, sheet: VisitSheet): Json {
  const { start, end, reviewer, localDoctor, interpreter, slot } = sheet;
  const taking = (actor: Json, type?: Json): Json => ({
    actor,
    status: 'accepted',
    ...(type === undefined ? {} : { type: [type] }),
  });
  return {
    resourceType: 'Appointment',
    status: 'booked',
    basedOn: [to(sent.request)],
    supportingInformation: [to(sheet.step)],
    start,
    end,
    ...(slot === undefined ? {} : { slot: [to(slot)] }),
    extension: [
      {
        url: VIRTUAL_SERVICE,
        extension: [
          { url: '_datatype', valueString: 'VirtualServiceDetail' },
          { url: 'address', valueUrl: 'https://video.example/rooms/invented' },
        ],
      },
    ],
    participant: [
      taking(to(`PractitionerRole/${reviewer}`), concept(PARTICIPATION, 'PPRF')),
      taking(to(sent.patient)),
      ...(localDoctor === undefined ? [] : [taking(to(localDoctor), concept(PARTICIPATION, 'ATND'))]),
      ...(interpreter === true
        ? [
            taking(
              { display: 'Interpreter' },
              concept('http://terminology.hl7.org/CodeSystem/participant-type', 'translator'),
            ),
          ]
        : []),
    ],
  };
}

/** Answers a follow-up with the guide's form, in one Bundle with its Task. */
export async function answerFollowUp(
  home: Partner,
  { patient }: SentCase,
  task: Json,
  followed: string,
  changed: string,
): Promise<Answer> {
  const answers = {
    resourceType: 'QuestionnaireResponse',
    questionnaire: `${CANONICAL}/Questionnaire/follow-up`,
    status: 'completed',
    subject: to(patient),
    item: Object.entries({ followed, changed }).map(([linkId, code]) => ({
      linkId,
      answer: [{ valueCoding: { system: `${CANONICAL}/CodeSystem/follow-up-answer`, code } }],
    })),
  };
  const given = output('follow-up-answers', { valueReference: to(`${URN}4`) });
  const current = await read(home, `Task/${task.id}`);
  return transact(home, entryOf(answers, `${URN}4`), entryOf({ ...current, status: 'completed', output: [given] }));
}

/** Lets time pass to each of these instants, and answers what is asked then: the instant, whether the advice was followed, whether the plan changed. */
export async function answerFollowUps(
  stage: Stage,
  sent: SentCase,
  answers: readonly (readonly [at: string, followed: string, changed: string])[],
): Promise<void> {
  for (const [at, followed, changed] of answers) {
    await stage.passTo(at);
    const asked = (await stepsOf(stage.home, sent, 'follow-up')).at(-1);
    if (asked?.status !== 'requested') throw new Error(`nothing was asked by ${at}`);
    await done(answerFollowUp(stage.home, sent, asked, followed, changed));
  }
}
