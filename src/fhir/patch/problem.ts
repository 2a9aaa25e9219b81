import { fault } from '../../base/index.ts';
import type { Fault } from '../../base/index.ts';

/** Operations of one patch at most, in either form. */
export const MAX_OPERATIONS = 1000;
/** Characters of one path at most. */
export const MAX_PATH = 1000;

/** A patch that cannot be read, whatever it is applied to. https://www.rfc-editor.org/rfc/rfc5789#section-2.2 */
export function malformedPatch(text: string, expression?: string): Fault {
  return fault(400, 'structure', 'patch-malformed', text, expression);
}

/** A patch that can be read, and does not fit the record as it stands. */
export function unfitPatch(text: string, expression?: string): Fault {
  return fault(422, 'processing', 'patch-unfit', text, expression);
}

/** A patch that would keep the server busy for too long, or grow the record beyond what can be stored. */
export function costlyPatch(expression?: string): Fault {
  const text = 'The patch asks for more work than one request may. Send it in parts, or the whole record by PUT.';
  return fault(422, 'too-costly', 'patch-too-costly', text, expression);
}
