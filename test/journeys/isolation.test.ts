import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { matches } from './packet.ts';
import { probeAll } from '../prove/probes.ts';
import { plantTwins } from '../prove/twins.ts';
import type { Twin } from '../prove/twins.ts';
import { startHouse } from '../support/house.ts';
import type { Partner, TestHouse } from '../support/house.ts';

let house: TestHouse;
let home: Partner;
let programme: Partner;
let twins: { home: Twin; other: Twin };

beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  const other = await house.register('other', 'placer');
  programme = await house.register('programme', 'programme');
  twins = await plantTwins(home, other, programme);
});

afterAll(() => house.stop());

test('two organisations with identical identifiers: nothing crosses, by any interaction', async () => {
  const findings = await probeAll(home, twins.other, twins.home);
  expect(findings).toMatchObject({ leaks: [], wrong: [] });
  expect(findings.calls).toBeGreaterThanOrEqual(500);
}, 60_000);

test.each(['insurer', 'employer', 'programme'] as const)(
  'an organisation in the role %s that has no part in a case sees nothing of it',
  async (role) => {
    const outsider = await house.register(`outside-${role}`, role);
    const findings = await probeAll(outsider, twins.home);
    expect(findings).toMatchObject({ leaks: [], wrong: [] });
  },
  60_000,
);

test('the programme that works both cases sees both, and no more of either than the case', async () => {
  for (const twin of [twins.home, twins.other]) {
    const [patient] = twin.refs;
    expect((await programme.fetch('GET', `/${patient!}`)).body.name[0].family).toBe(twin.secret);
    expect(matches(await programme.fetch('GET', `/Observation?subject=${patient!}`))).toHaveLength(3);
    expect((await programme.fetch('GET', `/${twin.loose}`)).status).toBe(404);
  }
  expect((await programme.fetch('GET', '/Task?_total=accurate')).body.total).toBe(2);
  expect((await home.fetch('GET', '/Task?_total=accurate')).body.total).toBe(1);
});

test('what is asked without a token, or with less scope than it needs, is refused before anything is looked at', async () => {
  const reader = await house.register('reader', 'placer', 'system/Patient.r');
  for (const ref of twins.home.refs) {
    const anonymous = await fetch(`${house.url}/fhir/${ref}`);
    expect(anonymous.status).toBe(401);
    expect(await anonymous.text()).not.toContain(twins.home.secret);
  }
  expect((await reader.fetch('GET', '/Patient/x')).status).toBe(404);
  expect((await reader.fetch('GET', '/Patient?name=x')).status).toBe(403);
  expect((await reader.fetch('GET', '/Observation/x')).status).toBe(403);
  expect((await reader.fetch('POST', '/Patient', { resourceType: 'Patient' })).status).toBe(403);
});
