import type { Resource } from '../../fhir/index.ts';
import { CANONICAL } from '../catalogue.ts';
import { codesIn, nodes, referencesOf, text } from '../tree.ts';
import { lastDay } from './dates.ts';
import type { PacketConsent, PacketCover } from './packet.ts';

const PAYER_KIND_SYSTEM = `${CANONICAL}/CodeSystem/payer-kind`;
export const CONSENT_PURPOSE_SYSTEM = `${CANONICAL}/CodeSystem/consent-purpose`;
export const ABROAD = 'cross-border-opinion';

/** @param at instant */
export function coverOf(coverage: Resource, ref: string, at: string): PacketCover {
  const isCurrent = coverage.status === 'active' && isWithin(coverage.period, at);
  return { ref, kinds: codesIn(coverage.type, PAYER_KIND_SYSTEM), isCurrent };
}

/** How a Consent of this patient stands to the opinion abroad; undefined: it is about something else, or somebody else. */
export function consentOf(consent: Resource, ref: string, patient: string, at: string): PacketConsent | undefined {
  const isAbroad = nodes(consent.category).some((category) =>
    codesIn(category, CONSENT_PURPOSE_SYSTEM).includes(ABROAD),
  );
  if (!isAbroad || !referencesOf(consent.patient).includes(patient)) return undefined;
  return { ref, standing: standingOf(consent, at) };
}

function standingOf(consent: Resource, at: string): PacketConsent['standing'] {
  const [provision] = nodes(consent.provision);
  if (consent.status === 'rejected' || provision?.type === 'deny') return 'denied';
  if (consent.status !== 'active') return 'inactive';
  return isWithin(provision?.period, at) ? 'given' : 'ended';
}

/** Whether a day at whose time something is looked at lies in a period; one that says nothing leaves it open. */
function isWithin(period: unknown, at: string): boolean {
  const today = at.slice(0, 10);
  return nodes(period).every(({ start, end }) => {
    const begins = text(start)?.slice(0, 10);
    const ends = lastDay(text(end) ?? '');
    return (begins === undefined || begins <= today) && (ends === undefined || ends >= today);
  });
}
