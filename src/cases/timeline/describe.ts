import type { CaseEvent, CaseEventType } from '../case.ts';
import type { Words } from './words.ts';

/**
 * An event in one plain sentence. It says no more than the codes of the event do: nothing clinical, no name.
 * @param timeZone IANA; in which dates are told
 * @param specialty name of the one of which the event tells, in the language of the words
 */
export function describeEvent(event: CaseEvent, words: Words, timeZone: string, specialty?: string): string {
  return words.events[event.type].replace(/\{(\w+)\}/g, (_all, name: string) => {
    if (name === 'because') return known(words.because, event.detail?.['because']) ?? '';
    const told = name === 'specialty' ? specialty : addition(name, event, words, timeZone);
    return told === undefined ? '' : words.joint + told;
  });
}

function addition(name: string, event: CaseEvent, words: Words, timeZone: string): string | undefined {
  const { detail = {}, businessStatus, focus } = event;
  switch (name) {
    case 'status':
      return words.statuses[businessStatus];
    case 'kind':
      return known(words.kinds, detail['kind']);
    case 'service':
      return known(words.services, detail['service'] ?? detail['to']);
    case 'why':
      return known(words.reasons, detail['reason']);
    case 'original':
      return known(words.records, detail['original']?.split('/', 1)[0]);
    case 'by':
      return known(words.endedBy, detail['by']) ?? known(words.reasons, detail['reason']);
    case 'part':
      return known(words.parts, detail['part']);
    case 'record':
      return known(words.records, focus.split('/', 1)[0]);
    case 'again':
      return detail['reminder'] === undefined ? undefined : words.reminder;
    default: {
      const at = detail['start'] ?? detail['due'] ?? detail['at'];
      return at === undefined ? undefined : describeMoment(at, words, timeZone);
    }
  }
}

/** The word for a code; a code that has none, such as one of a programme's own system, adds nothing. */
function known(words: Readonly<Record<string, string>>, code: string | undefined): string | undefined {
  return code !== undefined && Object.hasOwn(words, code) ? words[code] : undefined;
}

/** An instant as people write it, with how far the time zone is from UTC; undefined for what is none. */
export function describeMoment(instant: string, { locale, moment }: Words, timeZone: string): string | undefined {
  const time = Date.parse(instant);
  if (Number.isNaN(time)) return undefined;
  const date = new Intl.DateTimeFormat(locale, { timeZone, dateStyle: 'long' }).format(time);
  const clock = new Intl.DateTimeFormat(locale, {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'shortOffset',
  }).formatToParts(time);
  const of = (name: string): string => clock.find(({ type }) => type === name)?.value ?? '';
  return moment
    .replace('{date}', date)
    .replace('{time}', `${of('hour')}:${of('minute')}`)
    .replace('{zone}', of('timeZoneName'));
}

const MINUTE_MS = 60 * 1000;
const SPANS = [
  ['day', 24 * 60 * MINUTE_MS, 1],
  ['hour', 60 * MINUTE_MS, 1],
  ['minute', MINUTE_MS, 0],
] as const;

/** `1.6 days`, `3 hours`, `12 minutes`: a time in the largest unit of which there is one. */
export function describeSpan(ms: number, { locale }: Words): string {
  const [unit, length, maximumFractionDigits] = SPANS.find(([, size]) => ms >= size) ?? SPANS[2];
  const format = new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits });
  return format.format(ms / length);
}

/** `Report issued`: a type as a code system shows it. */
export function displayOf(type: CaseEventType): string {
  const text = type.replaceAll('-', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
