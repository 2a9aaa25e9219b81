import type { Issue } from '../../base/index.ts';
import type { ProgrammeRules } from '../programme/rules.ts';
import { isRead, readInstead } from './languages.ts';
import type { Packet, PacketDocument } from './packet.ts';

/** Documents that the programme's reviewers cannot read, and who translates them. */
export function languageIssues({ languages }: ProgrammeRules, packet: Packet): Issue[] {
  const { read } = languages;
  if (read.length === 0) return [];
  const { documents } = packet;
  const readable = documents.filter((one) => one.languages.some((tag) => isRead(tag, read)));
  const translated = new Set(readable.flatMap(readInstead));
  const left = documents.filter((one) => !readable.includes(one) && !translated.has(one.ref));
  const tell = languages.translatedBy === 'home' ? tellHome : tellProgramme;
  return left.map((one) => {
    const place = packet.places.get(one.ref);
    return { ...tell(one, read.join(', ')), ...(place === undefined ? {} : { expression: place }) };
  });
}

type Told = Pick<Issue, 'severity' | 'code' | 'key' | 'text'>;

function tellHome({ ref, languages }: PacketDocument, read: string): Told {
  if (languages.length === 0) {
    const text = `${ref} does not say in which language it is; the programme reads ${read}. Give it in ${elementOf(ref)}.`;
    return { severity: 'warning', code: 'incomplete', key: 'document-language', text };
  }
  const link = ref.startsWith('DocumentReference/')
    ? `relatesTo.code transforms and relatesTo.target ${ref}`
    : `context.related ${ref}, and no other`;
  const text = `${ref} is in a language that the programme does not read; it reads ${read}. The home side translates: send the translation as a DocumentReference of its own with ${link}, and name it in ServiceRequest.supportingInfo.`;
  return { severity: 'error', code: 'required', key: 'document-language', text };
}

/** Where a record says in which language its words are. */
function elementOf(ref: string): string {
  const [type = ''] = ref.split('/', 1);
  return type === 'DocumentReference' ? `${type}.content.attachment.language` : `${type}.language`;
}

function tellProgramme({ ref, languages }: PacketDocument, read: string): Told {
  const text =
    languages.length === 0
      ? `${ref} does not say in which language it is. Give it in ${elementOf(ref)}, so that the programme can have it translated if that is not ${read}.`
      : `${ref} is in another language than ${read}: the programme has it translated.`;
  return { severity: 'information', code: 'informational', key: 'document-language', text };
}
