import { packet, refOf, SYSTEM } from '../journeys/packet.ts';
import type { Partner } from '../support/house.ts';

/** One of two placers whose records have the same identifiers and codes. */
export interface Twin {
  readonly organization: string;
  /** Everything of its case: the packet, the Task, and one record that no case names. */
  readonly refs: readonly string[];
  readonly request: string;
  /** `Basic/x`, of no case. */
  readonly loose: string;
  /** Stands in its patient's name and in its letter's bytes, nowhere else in the house. */
  readonly secret: string;
  /** The `next` link of a search of its own. */
  readonly next: string;
}

/** Plants the same case for both, worked by the same programme, and a second version of what can be changed. */
export async function plantTwins(
  home: Partner,
  other: Partner,
  programme: Partner,
): Promise<{ home: Twin; other: Twin }> {
  return { home: await plantTwin(home, programme), other: await plantTwin(other, programme) };
}

/** @param name for one of several of the same partner: it stands in its identifiers, too, which are its own then. */
export async function plantTwin(partner: Partner, programme: Partner, name?: string): Promise<Twin> {
  const { organization } = partner;
  const number = name ?? 'twin';
  const secret = `Secret-of-${name ?? organization}`;
  const text = JSON.stringify(packet({ number, programme: programme.organization }))
    .replaceAll(`letter-${number}`, `letter-of-${name ?? organization}`)
    .replaceAll(`Family-${number}`, secret)
    .replace(/"data":"[^"]*"/, `"data":"${Buffer.from(secret).toString('base64')}"`);
  const answer = await partner.fetch('POST', '', text);
  if (answer.status !== 200) throw new Error(answer.text);
  const refs = (answer.body.entry as { response: { location: string } }[]).map((entry) =>
    refOf(entry.response.location),
  );
  const request = refs.at(-1)!;
  const task = await partner.fetch('GET', `/Task?based-on=${request}`);
  const basic = await partner.fetch('POST', '/Basic', {
    resourceType: 'Basic',
    code: { text: secret },
    identifier: [{ system: SYSTEM, value: `${number}-basic` }],
  });
  const loose = `Basic/${basic.body.id}`;
  for (const ref of [...refs, loose]) {
    if (ref.startsWith('ServiceRequest/') || ref.startsWith('Binary/')) continue;
    const stored = await partner.fetch('GET', `/${ref}`);
    const changed = await partner.fetch('PUT', `/${ref}`, { ...stored.body, language: 'en' });
    if (changed.status !== 200) throw new Error(changed.text);
  }
  const page = await partner.fetch('GET', '/Observation?_count=1&_sort=-date');
  const next = (page.body.link as { relation: string; url: string }[]).find((link) => link.relation === 'next')!.url;
  return {
    organization,
    refs: [...refs, `Task/${task.body.entry[0].resource.id}`, loose],
    request,
    loose,
    secret,
    next,
  };
}

/** What must not turn up in an answer to anyone who has no part in this twin's case. */
export function marksOf(twin: Twin): string[] {
  const ids = twin.refs.map((ref) => ref.split('/')[1]!);
  return [...ids, twin.secret, Buffer.from(twin.secret).toString('base64')];
}
