import type { Unequal } from './compare-mentions.ts';
import { compareExchanged, compareMentions, mentionsOf } from './compare-mentions.ts';
import type { Mentions } from './laterality.ts';

type Sign = 'positive' | 'negative';

/** What a text says of results: how often one was positive or negative, and which of those that every language writes alike. */
export interface Results {
  readonly signs: Mentions;
  /** `HER2 positive` */
  readonly named: ReadonlySet<string>;
}

/** Markers that are written alike in Latin letters: receptors, genes, antigens. */
const MARKER =
  '(?:ER|PR|PgR|AR|HER-?[23](?:\\/neu)?|PD-?L1|ALK|ROS1|RET|MET|NTRK[123]?|EGFR|BRAF|[KNH]RAS|BRCA[12]?|MSI|MMR|CD-?\\d{1,3}[a-c]?|CK-?\\d{1,2}|TTF-?1|p\\d{2}|S100|GATA-?3|CDX-?2|PAX-?[58]|Ki-?67|HPV|EBV|EBER|HIV|HCV|HBV|HBsAg|HBeAg|AFB|ANA|BCR-ABL1?)';
const EDGE = '(?<![\\p{Script=Latin}\\d-])';
/** ER+, HER2-, ER (+), ALK(-); not HER2-positive, nor 3+. */
const GLYPH = new RegExp(`${EDGE}(${MARKER})(?: ?\\(([+-])[+-]{0,2}\\)|([+-])\\+{0,2}(?![\\p{L}\\d]))`, 'gu');
const WORDS = {
  positive:
    '(?<!\\p{Script=Latin})(?:positiv(?:e|ity)|dương tính)(?!\\p{Script=Latin})|[阳陽]性|(?:ال)?ايجابي(?:ه|ا|ات)?',
  negative: '(?<!\\p{Script=Latin})(?:negativ(?:e|ity)|âm tính)(?!\\p{Script=Latin})|[阴陰]性|(?:ال)?سلبي(?:ه|ا|ات)?',
} as const;
const WORD = new RegExp(`(?<positive>${WORDS.positive})|(?<negative>${WORDS.negative})`, 'giu');
const MARKERS = new RegExp(`${EDGE}${MARKER}(?![\\p{Script=Latin}\\d])`, 'gu');
/** Where one statement ends and the next begins: a marker is said to be what its own statement says. */
const STATEMENT = /[,،、;；؛.。\n]+(?!\d)/u;
/** Where one that says several things is several. */
const JOINT = / (?:and|but|while|và|nhưng|còn) |[和而但且]|(?<!\p{Script=Arabic})و(?=(?:ال)?(?:سلبي|ايجابي))/iu;

/** @param text folded */
export function findResults(text: string): Results {
  const signs: Sign[] = [];
  const named = new Set<string>();
  const rest = text.replace(GLYPH, (shown, marker: string, bracketed?: string, plain?: string) => {
    const sign = (bracketed ?? plain) === '+' ? 'positive' : 'negative';
    signs.push(sign);
    named.add(`${canonical(marker)} ${sign}`);
    return ' '.repeat(shown.length);
  });
  for (const statement of rest.split(STATEMENT)) {
    const said = signsIn(statement);
    signs.push(...said);
    for (const part of new Set(said).size > 1 ? statement.split(JOINT) : [statement]) {
      const [one, another] = new Set(signsIn(part));
      if (one === undefined || another !== undefined) continue;
      for (const [marker] of part.matchAll(MARKERS)) named.add(`${canonical(marker)} ${one}`);
    }
  }
  return { signs: mentionsOf(signs), named };
}

function signsIn(text: string): Sign[] {
  return Array.from(text.matchAll(WORD), ({ groups }) =>
    groups?.['positive'] === undefined ? 'negative' : 'positive',
  );
}

function canonical(marker: string): string {
  return marker.replaceAll('-', '').replace('/neu', '').toUpperCase().replace(/^PGR$/, 'PR');
}

/** A result that is the other one: of a marker by its name, else of those that are counted. */
export function compareResults(first: Results, second: Results): Unequal {
  const turned = (mine: Results, other: Results): string[] =>
    [...mine.named].filter((name) => {
      const instead = opposite(name);
      return !other.named.has(name) && other.named.has(instead) && !mine.named.has(instead);
    });
  const [missing, added] = [turned(first, second), turned(second, first)];
  if (missing.length + added.length > 0) return { missing, added };
  // Where both sides say as many, none is said twice.
  return countOf(first) === countOf(second)
    ? compareMentions(first.signs, second.signs)
    : compareExchanged(first.signs, second.signs);
}

function countOf({ signs }: Results): number {
  return [...signs.sure.values()].reduce((sum, count) => sum + count, 0);
}

function opposite(name: string): string {
  const [marker = '', sign] = name.split(' ');
  return `${marker} ${sign === 'positive' ? 'negative' : 'positive'}`;
}
