import type { Issue } from '../../base/index.ts';
import type { ProgrammeRules } from '../programme/rules.ts';
import type { Packet, PacketConsent } from './packet.ts';
import { tellHow } from './wanted.ts';

/** Why a Consent that is there does not count, and what to do. */
const NOT_GIVEN: Readonly<Record<Exclude<PacketConsent['standing'], 'given'>, string>> = {
  denied: 'says that the patient does not consent. Without it nothing may go abroad: send no records on.',
  inactive: 'is not active. Send it with status active when the patient has signed it.',
  ended: 'does not cover this day. Ask the patient again, and send it with a provision.period that does.',
};

/**
 * On what it rests that records go abroad: the patient's consent, or a contract. A programme without rules asks for none.
 * @param isRequired whether the consent is required
 * @param isAsked whether the packet's own rules ask for the consent already, which is not there
 */
export function transferIssues(
  { programme }: ProgrammeRules,
  packet: Packet,
  isRequired: boolean,
  isAsked: boolean,
): Issue[] {
  const { consents, contracts } = packet;
  if (programme === '' || consents.some(({ standing }) => standing === 'given')) return [];
  const severity = isRequired ? 'error' : 'warning';
  const told = consents.flatMap(({ ref, standing }): Issue[] => {
    if (standing === 'given') return [];
    return [{ severity, code: 'business-rule', key: 'consent-standing', text: `${ref} ${NOT_GIVEN[standing]}` }];
  });
  if (told.length > 0 || isAsked || contracts.length > 0) return told;
  const text = `Nothing says on which basis records go abroad. ${tellHow('consent')} Where they go under a contract instead, name the executed Contract.`;
  return [{ severity, code: 'required', key: 'transfer-basis', text, expression: 'ServiceRequest.supportingInfo' }];
}
