import type { Findings } from './findings.ts';
import type { Check, Tree } from './slots.ts';

/** Rules of a type beyond its elements. */
export const TYPE_RULES: Readonly<Record<string, (value: Tree, findings: Findings) => void>> = {
  Extension: checkExtension,
};

/** ext-1 of http://hl7.org/fhir/R4/extensibility.html#Extension */
function checkExtension(extension: Tree, findings: Findings): void {
  let hasValue = false;
  for (const name in extension) hasValue ||= name.startsWith('value') || name.startsWith('_value');
  const hasExtensions = extension['extension'] !== undefined;
  if (hasValue && hasExtensions) {
    findings.add(
      'extension',
      'extension-value-and-extensions',
      'An extension has a value or extensions, not both. Keep one.',
    );
  } else if (!hasValue && !hasExtensions) {
    findings.add(
      'extension',
      'extension-without-value',
      'An extension needs a value[x] or extensions of its own. Add one.',
    );
  }
}

/**
 * A modifier extension may turn the meaning round, so one that is not understood has to be refused
 * (http://hl7.org/fhir/R4/extensibility.html#modifierExtension). None is understood here.
 */
export function refuseModifierExtension(check: Check): Check {
  const text = 'This server understands no modifier extensions. Say it by elements of the resource, or leave it out.';
  return (value, parent, findings) => {
    const count = Array.isArray(value) ? value.length : 0;
    for (let index = 0; index < count && !findings.isFull; index++) {
      findings.add('extension', 'unknown-modifier-extension', text, 'modifierExtension', index);
    }
    check(value, parent, findings);
  };
}

/** Rules unknown to the reader may change every meaning (http://hl7.org/fhir/R4/resource.html#implicitRules). */
export function refuseImplicitRules(check: Check): Check {
  const text = 'This server knows no implicit rules. Send a resource that can be read without them.';
  return (value, parent, findings) => {
    findings.add('not-supported', 'unknown-implicit-rules', text, 'implicitRules');
    check(value, parent, findings);
  };
}
