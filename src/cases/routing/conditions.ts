import type { ConditionGroup } from './condition-group.ts';
import { CANCERS } from './conditions-cancer.ts';
import { OTHERS } from './conditions-other.ts';

/**
 * Which condition goes to which specialty where the programme has no rule of its own. Ranges lie within each other: the
 * narrowest wins.
 */
export const CONDITIONS: readonly ConditionGroup[] = [...CANCERS, ...OTHERS];
