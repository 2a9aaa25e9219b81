import { CANONICAL, DRAFT_MARK_SYSTEM, FROM_FIRST_PLAN, tellStatement } from '../../cases/index.ts';
import type { ProposedDifference, Statement } from '../../cases/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { localReference } from '../../fhir/index.ts';
import { node, nodes } from '../elements.ts';
import type { DraftInput } from './input.ts';
import { concept, to } from './input.ts';
import { draftWords } from './words.ts';

/** The plan that is to be recommended: what the first opinion plans, to be gone through one by one. */
export function draftPlan(
  { request, reviewers, language }: DraftInput,
  title: string,
  differences: readonly ProposedDifference[],
): Resource {
  const { toWrite, fromFirst } = draftWords(language);
  const planned = differences.filter(({ aspect }) => aspect === 'treatment').flatMap(({ first }) => first ?? []);
  const [author] = reviewers;
  const mark = { ...concept(DRAFT_MARK_SYSTEM, FROM_FIRST_PLAN), text: fromFirst };
  const addresses = nodes(request.reasonReference).filter(({ reference }) =>
    localReference(reference)?.startsWith('Condition/'),
  );
  return {
    resourceType: 'CarePlan',
    meta: { profile: [`${CANONICAL}/StructureDefinition/recommended-plan`] },
    language,
    status: 'draft',
    intent: 'proposal',
    title,
    subject: request.subject,
    ...(author === undefined ? {} : { author: to(author.ref, author.name) }),
    ...(addresses.length === 0 ? {} : { addresses }),
    ...(planned.length === 0
      ? { description: toWrite }
      : {
          activity: planned.map((statement) => ({
            detail: { status: 'not-started', statusReason: mark, ...tellActivity(statement) },
          })),
        }),
  };
}

function tellActivity(statement: Statement): object {
  if ('valueCodeableConcept' in statement) return { code: statement.valueCodeableConcept };
  return { description: tellStatement(statement) };
}

/** An estimate without a price yet: its items are the programme's to tell. */
export function draftEstimate({ request, programme, currency, language, now }: DraftInput): Resource {
  const nothing = { value: 0, currency };
  return {
    resourceType: 'Claim',
    meta: { profile: [`${CANONICAL}/StructureDefinition/cost-estimate`] },
    status: 'draft',
    type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/claim-type', code: 'institutional' }] },
    use: 'predetermination',
    patient: request.subject,
    created: now,
    provider: to(programme),
    priority: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/processpriority', code: 'normal' }] },
    referral: to(`ServiceRequest/${request.id ?? ''}`),
    insurance: [{ sequence: 1, focal: true, coverage: coverageOf(request) }],
    item: [{ sequence: 1, productOrService: { text: draftWords(language).item }, net: nothing }],
    total: nothing,
  };
}

/** R4 asks each Claim for a Coverage; who has none pays. */
function coverageOf(request: Resource): object {
  const [insurance] = nodes(request.insurance);
  return insurance === undefined ? { display: 'Self-pay' } : node(insurance);
}
