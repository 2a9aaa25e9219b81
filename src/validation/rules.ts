import type { Findings } from './findings.ts';
import type { Check } from './slots.ts';
import type { Tree } from './tree.ts';

/** ext-1 of http://hl7.org/fhir/R4/extensibility.html#Extension */
export function checkExtension(extension: Tree, findings: Findings): void {
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

/** Rules unknown to the reader may change every meaning (http://hl7.org/fhir/R4/resource.html#implicitRules). */
export function refuseImplicitRules(check: Check): Check {
  const text = 'This server knows no implicit rules. Send a resource that can be read without them.';
  return (value, parent, findings) => {
    findings.add('not-supported', 'unknown-implicit-rules', text, 'implicitRules');
    check(value, parent, findings);
  };
}
