import { ROLES } from '../base/index.ts';
import type { Issue, Role } from '../base/index.ts';
import * as store from '../store/index.ts';
import type { OrganizationChange, OrganizationRow } from '../store/index.ts';
import { audit, checkId, checkName, knownOrganization, problem, refuseIf } from './registry.ts';
import type { Registry } from './registry.ts';

/** Registers a partner organisation. @throws Fault 422 that says what is wrong, 409 when the id is taken. */
export async function addOrganization(registry: Registry, row: OrganizationRow): Promise<void> {
  refuseIf([...checkId(row.id), ...checkName(row.name), ...checkRole(row.role)]);
  await registry.database.transact(async (transaction) => {
    await store.insertOrganization(transaction, row);
    await audit(transaction, registry, { interaction: 'organization-add', organization: row.id, detail: row.role });
  });
}

/**
 * Changes a partner organisation: every process takes its clients so from then on. Gives it as it stood before. The
 * database has to be that of the owner of the tables.
 * @throws Fault 422 that says what is wrong, 404 when there is no such partner.
 */
export async function setOrganization(
  registry: Registry,
  id: string,
  change: OrganizationChange,
): Promise<Required<OrganizationRow>> {
  refuseIf(change.name === undefined ? [] : checkName(change.name));
  return await registry.database.transact(async (transaction) => {
    const before =
      (await store.updateOrganization(transaction, id, change)) ?? (await knownOrganization(transaction, id));
    const details = Object.entries(change).map(([name, value]) => `${name}=${value}`);
    if (details.length === 0) return before;
    await audit(transaction, registry, {
      interaction: 'organization-set',
      organization: id,
      detail: details.join(' '),
    });
    return before;
  });
}

function checkRole(role: Role): Issue[] {
  return ROLES.includes(role)
    ? []
    : [problem('value', 'role-unknown', `The role is one of ${ROLES.join(', ')}.`, 'role')];
}
