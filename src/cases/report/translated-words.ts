import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { refusal } from '../refusal.ts';
import type { Scene } from '../scene.ts';
import type { Node } from '../tree.ts';
import { nodes, referencesOf, text } from '../tree.ts';
import { flatSections } from './composition.ts';
import type { ReportSection } from './composition.ts';
import { compareTexts } from './drift/compare-texts.ts';
import type { Drift } from './drift/drift.ts';
import { tellDrift, TRANSLATION_DRIFT } from './pair.ts';
import { REPORT } from './place.ts';

/** https://hl7.org/fhir/R4/extension-translation.html */
const TRANSLATION = 'http://hl7.org/fhir/StructureDefinition/translation';
/** Of records that the home side sent the words are its own. */
const OF_OTHERS = 'records';
/** Places that are told of one record at most. */
const TOLD = 20;

/**
 * What stands against the words that the report's own records bring in two languages: a letter says a coded step, price or
 * difference by its translation, and that has to say the same dose as the text beside which it stands.
 */
export function translatedWordsIssues(
  { records }: Pick<Scene, 'records'>,
  sections: readonly ReportSection[],
  report: Resource,
): Issue[] {
  const own = flatSections(sections.filter(({ code }) => code !== OF_OTHERS)).flatMap(({ entries }) => entries);
  return [...new Set([...referencesOf(report.result), ...own])].flatMap((ref) => {
    const drifts = driftsIn(records.get(ref), ref.slice(0, ref.indexOf('/')));
    if (drifts.length === 0) return [];
    const places = drifts.slice(0, TOLD).map(tellDrift).join('; ');
    const told =
      `${ref} does not say the same in two languages (extension ${TRANSLATION}). ${places}. Correct the one that is wrong; ` +
      `or, once somebody has compared them, set the rule ${TRANSLATION_DRIFT} aside with the extension override and a reason.`;
    return [refusal('business-rule', TRANSLATION_DRIFT, told, REPORT)];
  });
}

function driftsIn(element: unknown, path: string): Drift[] {
  if (Array.isArray(element)) return element.flatMap((one, n) => driftsIn(one, `${path}[${n}]`));
  return nodes(element).flatMap((one) =>
    Object.entries(one).flatMap(([name, value]) =>
      name.startsWith('_')
        ? nodes(value).flatMap((companion) =>
            companionDrifts(one[name.slice(1)], companion, `${path}.${name.slice(1)}`),
          )
        : driftsIn(value, `${path}.${name}`),
    ),
  );
}

function companionDrifts(value: unknown, { extension }: Node, path: string): Drift[] {
  const original = text(value);
  if (original === undefined) return [];
  return nodes(extension).flatMap(({ url, extension: parts }) => {
    const part = (name: string): Node => nodes(parts).find((one) => one.url === name) ?? {};
    const content = part('content');
    const translated = url === TRANSLATION ? (text(content.valueString) ?? text(content.valueMarkdown)) : undefined;
    if (translated === undefined) return [];
    const language = text(part('lang').valueCode);
    return compareTexts(
      { text: original },
      { text: translated, ...(language === undefined ? {} : { language }) },
      path,
    );
  });
}
