import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { refusal } from '../refusal.ts';
import type { Scene } from '../scene.ts';
import { text } from '../tree.ts';
import { belongingIssues, withoutComposition } from './belonging.ts';
import { compositionOf, originalsOf, readSections, translatedOf } from './composition.ts';
import { compareCompositions } from './drift/compare.ts';
import type { Drift } from './drift/drift.ts';
import { issueIn, REPORT } from './place.ts';
import { unwrittenIn, veiledIssues } from './sections.ts';

/** The rule under which a report goes out whose translation is not the same, number by number. */
export const TRANSLATION_DRIFT = 'translation-drift';
/** Places that are told of one translation at most. */
const TOLD = 20;

/** What stands against the translations that a report names: each is one of its Composition, whole, and says the same. */
export function pairIssues(scene: Pick<Scene, 'row' | 'records'>, report: Resource, original: Resource): Issue[] {
  const languages = new Set([text(original.language)?.toLowerCase()]);
  return translatedOf(report).flatMap((ref) => {
    const translated = scene.records.get(ref);
    if (translated?.resourceType !== 'Composition') return [withoutComposition(ref)];
    const language = text(translated.language)?.toLowerCase();
    const isNew = language !== undefined && !languages.has(language);
    languages.add(language);
    return [
      ...belongingIssues(scene, ref, translated, report),
      ...(isNew ? [] : [sameLanguage(ref)]),
      ...translationIssues(ref, translated, compositionOf(report), original),
    ];
  });
}

/**
 * What stands against a translation beside what it belongs to: it is of another original, not whole, or says something else.
 * @param of `Composition/x` of the original
 */
export function translationIssues(
  ref: string,
  translated: Resource,
  of: string | undefined,
  original: Resource,
): Issue[] {
  if (of === undefined || !originalsOf(translated).includes(of)) {
    const text = `${ref} has to say of what it is the translation: relatesTo with code transforms and targetReference ${of ?? 'the Composition of the report'}.`;
    return [refusal('business-rule', 'translation-of', text, REPORT)];
  }
  const sections = readSections(translated);
  const unwritten = unwrittenIn(sections);
  if (unwritten.length > 0) {
    return unwritten.map(({ place, path }) => {
      const text = `Still to be translated in ${ref}: ${place}.`;
      return issueIn(ref, `${path}.text`, refusal('required', 'report-unwritten', text));
    });
  }
  const drifts = compareCompositions(original, translated);
  return [...veiledIssues(ref, sections), ...(drifts.length === 0 ? [] : [driftIssue(ref, drifts)])];
}

function sameLanguage(ref: string): Issue {
  const text = `${ref} has to be in another language than the report and its other translations, and to say so in language.`;
  return refusal('business-rule', 'translation-language', text, REPORT);
}

/** Where the two do not say the same, and what kind of thing it is; what they say stays with those who may read them. */
function driftIssue(ref: string, drifts: readonly Drift[]): Issue {
  const places = drifts.slice(0, TOLD).map(tellDrift);
  const more = drifts.length > TOLD ? ` And ${drifts.length - TOLD} more.` : '';
  const text =
    `${ref} does not say the same as its original. ${places.join('; ')}.${more} Correct the one that is wrong; or, once ` +
    `somebody has compared them, set the rule ${TRANSLATION_DRIFT} aside with the extension override and a reason.`;
  return refusal('business-rule', TRANSLATION_DRIFT, text, REPORT);
}

/** `section(plan): doses (1 missing, 1 added)` */
export function tellDrift({ place, kind, missing, added }: Drift): string {
  const counts = [...(missing > 0 ? [`${missing} missing`] : []), ...(added > 0 ? [`${added} added`] : [])];
  return `${place}: ${kind === 'doses' ? 'doses or measures' : kind}${counts.length === 0 ? '' : ` (${counts.join(', ')})`}`;
}
