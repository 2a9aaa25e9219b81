import type { Issue } from '../base/index.ts';
import { apartRemark, mayBeMissed, unopenedIssues } from '../cases/index.ts';
import type { Queryable } from '../store/index.ts';
import { relocate } from './check.ts';
import type { Change } from './draft.ts';
import type { Context, House } from './house.ts';

/** The remark that a placer's request to a programme opens no case. A programme's own orders are not meant to. */
export async function remarkUnopened(
  house: House,
  { caller }: Context,
  on: Queryable,
  { after, path, consequence }: Pick<Change, 'after' | 'path' | 'consequence'>,
): Promise<readonly Issue[]> {
  if (after === undefined || consequence === true || caller.role !== 'placer' || !mayBeMissed(after)) return [];
  const issues = unopenedIssues(after, await house.programmes(on));
  return issues.map((issue) => relocate(issue, after.resourceType, path));
}

/** The remark that no case goes by what a record tells of a payment, because it belongs to none. */
export function remarkApart(
  { after, path, consequence }: Pick<Change, 'after' | 'path' | 'consequence'>,
  isOfCase: boolean,
): readonly Issue[] {
  if (after === undefined || consequence === true || isOfCase) return [];
  const remark = apartRemark(after);
  return remark === undefined ? [] : [relocate(remark, after.resourceType, path)];
}
