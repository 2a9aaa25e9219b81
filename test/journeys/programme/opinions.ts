import type { Json, Partner } from '../../support/house.ts';
import { SYSTEM } from '../packet.ts';
import type { SentCase } from '../packet.ts';
import { done, read } from './moves.ts';
import { concept, guide, to } from './words.ts';

/** A case that is based on an earlier one, and what all the opinions are side by side. */

export interface FurtherOpinion {
  /** The placer's own number. */
  readonly number: string;
  /** Code of second-opinion-service. */
  readonly service: string;
  /** `Type/id`s of what is sent beside the records of the earlier case. */
  readonly more?: readonly string[];
}

/** The request for one more opinion on the records of an earlier case: by the same hospital, to the same programme. */
export async function furtherRequest(home: Partner, earlier: SentCase, asked: FurtherOpinion): Promise<Json> {
  const { id: _id, meta: _meta, ...first } = await read(home, earlier.request);
  const type = concept('http://terminology.hl7.org/CodeSystem/v2-0203', 'PLAC');
  return {
    ...first,
    identifier: [{ type, system: SYSTEM, value: asked.number }],
    status: 'active',
    code: guide('second-opinion-service', asked.service),
    basedOn: [to(earlier.request)],
    supportingInfo: [...first.supportingInfo, ...(asked.more ?? []).map(to)],
  };
}

/** The case that a request has opened. */
export async function caseOf(home: Partner, earlier: SentCase, number: string, request: string): Promise<SentCase> {
  const [found] = (await done(home.fetch('GET', `/Task?based-on=${request}`))).entry;
  return { number, request, task: `Task/${found.resource.id}`, patient: earlier.patient, refs: [request] };
}

/** `second final: diagnosis=confirmed` for each opinion, `treatment differs: yes` for each aspect. */
export async function opinionsOn(partner: Partner, { request }: SentCase): Promise<string[]> {
  const { parameter } = await done(partner.fetch('GET', `/${request}/$compare-opinions`));
  return parameter.map(({ name, part }: Json) => {
    const value = (which: string): Json => part.find((one: Json) => one.name === which);
    if (name === 'differs') return `${value('aspect').valueCode} differs: ${value('differs').valueCode}`;
    const said = ['diagnosis', 'stage', 'treatment'].flatMap((aspect) =>
      value(aspect) === undefined ? [] : [`${aspect}=${value(aspect).valueCoding.code}`],
    );
    return [`${value('position').valueCode} ${value('status').valueCode}:`, ...said].join(' ');
  });
}
