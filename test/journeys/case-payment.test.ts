import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals';
import { buildHouse } from '../../src/app.ts';
import { silentLogger } from '../../src/base/index.ts';
import { CANONICAL, SERVICE_SYSTEM } from '../../src/cases/index.ts';
import { loadConfig } from '../../src/config.ts';
import { runDueTimers } from '../../src/interactions/index.ts';
import type { House } from '../../src/interactions/index.ts';
import { openDatabase, saveProgrammeRules } from '../../src/store/index.ts';
import type { Database } from '../../src/store/index.ts';
import { override, PAYING, priceInput, serviceInput, serviceOutput } from '../cases/payment/world.ts';
import { startHouse } from '../support/house.ts';
import type { Answer, Json, Partner, TestHouse } from '../support/house.ts';
import { TEST_MASTER_KEY } from '../support/server.ts';
import { coverageBy, create } from '../support/sponsored.ts';
import { issues, matches, move, sendCase } from './packet.ts';
import type { SentCase } from './packet.ts';

/** A programme that has the service confirmed and paid, or covered by an insurer, before it accepts a case. */

const DAY = 86_400_000;
const PAYMENT_STATUS = 'http://terminology.hl7.org/CodeSystem/paymentstatus';
const ADJUDICATION = 'http://terminology.hl7.org/CodeSystem/adjudication';

let server: TestHouse;
let home: Partner;
let programme: Partner;
let insurer: Partner;
let other: Partner;
let owner: Database;
/** Rooms of the test's own, for clocks of its own. */
let house: House;
const endings: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  server = await startHouse();
  endings.push(() => server.stop());
  home = await server.register('home', 'placer');
  programme = await server.register('programme', 'programme');
  insurer = await server.register('insurer', 'insurer');
  other = await server.register('other', 'placer');
  owner = openDatabase({ url: server.database, size: 1, logger: silentLogger });
  endings.push(() => owner.close());
  await saveProgrammeRules(owner, 'programme', JSON.stringify({ ...PAYING, programme: 'programme' }));
  const folder = await mkdtemp(join(tmpdir(), 'consilium-payment-'));
  const requests = openDatabase({ url: server.database, role: 'consilium_app', size: 2, logger: silentLogger });
  const settings = { DATABASE_URL: server.database, DATA_DIR: folder, MASTER_KEY: TEST_MASTER_KEY, PORT: '1' };
  const built = await buildHouse(loadConfig(settings), requests, silentLogger);
  house = built.house;
  endings.push(
    () => rm(folder, { recursive: true, force: true }),
    () => requests.close(),
    () => built.close(),
  );
});

afterAll(async () => {
  for (const end of endings.reverse()) await end();
});

async function send(number: string, request: Readonly<Record<string, unknown>> = {}): Promise<SentCase> {
  return sendCase(home, { number, programme: 'programme', request });
}

function done(answer: Answer): Json {
  if (answer.status >= 300) throw new Error(`${answer.status} ${answer.text}`);
  return answer.body;
}

function refused(answer: Answer): string[] {
  expect(answer.status).toBe(422);
  return issues(answer).map(({ key }) => key);
}

async function standing(sent: SentCase): Promise<string> {
  const { body } = await home.fetch('GET', `/${sent.task}`);
  return `${body.status} ${body.businessStatus.coding[0].code}`;
}

/** The step of this kind that the server or a party made for the case. */
async function stepOf(sent: SentCase, kind: string): Promise<Json> {
  const { body } = await programme.fetch('GET', `/Task?part-of=${sent.task}&code=${kind}`);
  return body.entry[0].resource;
}

/** Confirms a service by the Task that is made for it. */
async function confirm(sent: SentCase, service: string): Promise<void> {
  done(await move(programme, sent.task, 'received', 'service-confirmation'));
  const asked = await stepOf(sent, 'service-confirmation');
  const output = [serviceOutput(service)];
  done(await programme.fetch('PUT', `/Task/${asked.id}`, { ...asked, status: 'completed', output }));
}

/** The Invoice that T0 names last. */
async function invoiceOf(sent: SentCase): Promise<string> {
  const { body } = await home.fetch('GET', `/${sent.task}`);
  return body.output.at(-1).valueReference.reference;
}

function notice(invoice: string, value: number, code = 'cleared'): Record<string, unknown> {
  return {
    resourceType: 'PaymentNotice',
    status: 'active',
    request: { reference: invoice },
    created: '2026-11-22',
    payment: { display: 'Bank transfer' },
    recipient: { reference: 'Organization/programme' },
    amount: { value, currency: 'USD' },
    paymentStatus: { coding: [{ system: PAYMENT_STATUS, code }] },
  };
}

test('confirmed, invoiced, paid in two parts, accepted', async () => {
  const sent = await send('paid');
  expect(refused(await move(programme, sent.task, 'received', 'awaiting-payment'))).toContain('service-unconfirmed');
  await confirm(sent, 'single-specialist-opinion');
  done(await move(programme, sent.task, 'received', 'awaiting-payment'));
  const invoice = await invoiceOf(sent);
  expect(done(await home.fetch('GET', `/${invoice}`))).toMatchObject({
    status: 'issued',
    subject: { reference: sent.patient },
    recipient: { reference: sent.patient },
    totalGross: { value: 600, currency: 'USD' },
  });
  const checked = await programme.fetch(
    'POST',
    `/Invoice/$validate?profile=${CANONICAL}/StructureDefinition/case-invoice`,
    done(await programme.fetch('GET', `/${invoice}`)),
  );
  expect(issues(checked).map(({ key }) => key)).toEqual(['no-issues']);
  expect((await other.fetch('GET', `/${invoice}`)).status).toBe(404);
  expect((await insurer.fetch('GET', `/${invoice}`)).status).toBe(404);

  expect(refused(await move(programme, sent.task, 'accepted', 'accepted'))).toEqual(['still-awaited']);
  const told = await home.fetch('POST', '/PaymentNotice', notice(invoice, 600, 'paid'), {
    prefer: 'return=OperationOutcome',
  });
  expect(issues(told).map(({ key }) => key)).toContain('payment-announced');
  expect(await standing(sent)).toBe('received awaiting-payment');

  const part = await programme.fetch('POST', '/PaymentNotice', notice(invoice, 250), {
    prefer: 'return=OperationOutcome',
  });
  expect(issues(part).find(({ key }) => key === 'payment-open')?.text).toContain('350 USD');
  done(await programme.fetch('POST', '/PaymentNotice', notice(sent.request, 350)));
  expect(await standing(sent)).toBe('received completeness-check');
  expect(done(await home.fetch('GET', `/${invoice}`)).status).toBe('balanced');
  done(await move(programme, sent.task, 'accepted', 'accepted'));
  expect(await standing(sent)).toBe('accepted accepted');
});

test('a notice of somebody else on the Invoice settles nothing', async () => {
  const sent = await send('foreign');
  await confirm(sent, 'single-specialist-opinion');
  done(await move(programme, sent.task, 'received', 'awaiting-payment'));
  const invoice = await invoiceOf(sent);
  for (const stranger of [other, insurer]) {
    const answer = await stranger.fetch('POST', '/PaymentNotice', notice(invoice, 600));
    expect([201, 403]).toContain(answer.status);
  }
  expect(await standing(sent)).toBe('received awaiting-payment');
});

describe('an insurer that sponsors the case', () => {
  async function sponsored(number: string): Promise<SentCase> {
    const type = { coding: [{ system: `${CANONICAL}/CodeSystem/payer-kind`, code: 'insurer' }] };
    const cover = await create(home, coverageBy(['Organization/insurer'], { type }));
    const sent = await send(number, { insurance: [{ reference: cover }] });
    await confirm(sent, 'single-specialist-opinion');
    done(await move(programme, sent.task, 'received', 'awaiting-coverage'));
    return sent;
  }

  /** The programme asks it for cover, and records its answer. */
  async function answer(sent: SentCase, value: number): Promise<void> {
    const request = done(await programme.fetch('GET', `/${sent.request}`));
    const coverage = request.insurance[0];
    const claim = await create(programme, {
      resourceType: 'Claim',
      status: 'active',
      type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/claim-type', code: 'professional' }] },
      use: 'preauthorization',
      patient: { reference: sent.patient },
      created: '2026-11-22',
      provider: { reference: 'Organization/programme' },
      priority: { coding: [{ code: 'normal' }] },
      referral: { reference: sent.request },
      insurance: [{ sequence: 1, focal: true, coverage }],
    });
    await create(programme, {
      resourceType: 'ClaimResponse',
      status: 'active',
      type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/claim-type', code: 'professional' }] },
      use: 'preauthorization',
      patient: { reference: sent.patient },
      created: '2026-11-22',
      insurer: { reference: 'Organization/insurer' },
      request: { reference: claim },
      outcome: 'complete',
      insurance: [{ sequence: 1, focal: true, coverage }],
      total: [
        { category: { coding: [{ system: ADJUDICATION, code: 'benefit' }] }, amount: { value, currency: 'USD' } },
      ],
    });
  }

  it('sees what is to be paid, and nothing of what the patient has', async () => {
    const sent = await sponsored('sponsored');
    expect(await standing(sent)).toBe('received awaiting-coverage');
    const invoice = await invoiceOf(sent);
    const shown = done(await insurer.fetch('GET', `/${invoice}`));
    expect(shown).toMatchObject({
      status: 'issued',
      recipient: { reference: 'Organization/insurer' },
      lineItem: [{ chargeItemCodeableConcept: { coding: [{ system: SERVICE_SYSTEM }] } }],
      totalGross: { value: 600, currency: 'USD' },
    });
    expect(shown.meta.tag).toMatchObject([{ code: 'SUBSETTED' }]);
    expect((await insurer.fetch('GET', `/${sent.patient}`)).status).toBe(404);
    await answer(sent, 600);
    expect(await standing(sent)).toBe('received completeness-check');
    done(await move(programme, sent.task, 'accepted', 'accepted'));
    done(await programme.fetch('POST', '/PaymentNotice', notice(invoice, 600)));
    const paid = done(await insurer.fetch('GET', `/PaymentNotice?request=${invoice}`));
    expect(paid.entry[0].resource).toMatchObject({ request: { reference: invoice }, amount: { value: 600 } });
  });

  it('refuses: the patient pays, or the case is declined', async () => {
    const sent = await sponsored('refused');
    const first = await invoiceOf(sent);
    await answer(sent, 0);
    expect(done(await home.fetch('GET', `/${first}`)).status).toBe('cancelled');
    expect(refused(await move(programme, sent.task, 'accepted', 'accepted'))).toEqual(['payment-missing']);
    done(await move(programme, sent.task, 'received', 'awaiting-payment'));
    expect(await invoiceOf(sent)).not.toBe(first);
    expect(done(await home.fetch('GET', `/${await invoiceOf(sent)}`)).recipient).toEqual({ reference: sent.patient });
  });
});

test('waived with a reason', async () => {
  const sent = await send('waived');
  await confirm(sent, 'single-specialist-opinion');
  done(await move(programme, sent.task, 'received', 'awaiting-payment'));
  done(await move(programme, sent.task, 'accepted', 'accepted', { extension: [override('payment-waived')] }));
  expect(await standing(sent)).toBe('accepted accepted');
  expect(done(await home.fetch('GET', `/${await invoiceOf(sent)}`)).status).toBe('cancelled');
  expect(matches(await home.fetch('GET', `/Provenance?target=${sent.task}`))).toHaveLength(1);
});

test('not paid in time: the case is declined', async () => {
  const sent = await send('expired');
  await confirm(sent, 'single-specialist-opinion');
  done(await move(programme, sent.task, 'received', 'awaiting-payment'));
  const invoice = await invoiceOf(sent);
  const [row] = await owner.query<{ id: string }>({ text: 'select id from cases where task = $1' }, [sent.task]);
  const later = { ...house, clock: () => new Date(Date.now() + 15 * DAY) };
  await runDueTimers(later, { case: row!.id, programme: 'programme', task: sent.task });
  expect(await standing(sent)).toBe('rejected declined');
  expect(done(await home.fetch('GET', `/${sent.task}`)).statusReason.coding[0].code).toBe('coverage-refused');
  expect(done(await home.fetch('GET', `/${invoice}`)).status).toBe('cancelled');
});

test('another service is offered, accepted, and paid at the price that was agreed on', async () => {
  const sent = await send('offered');
  const offer = await create(programme, {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    partOf: [{ reference: sent.task }],
    code: { coding: [{ system: `${CANONICAL}/CodeSystem/case-task-kind`, code: 'offer' }] },
    for: { reference: sent.patient },
    owner: { reference: 'Organization/home' },
    input: [serviceInput('comprehensive-opinion'), priceInput(2400)],
  });
  expect(await standing(sent)).toBe('received awaiting-information');
  const asked = done(await home.fetch('GET', `/${offer}`));
  const output = [
    {
      type: { coding: [{ system: `${CANONICAL}/CodeSystem/case-output`, code: 'accepted-offer' }] },
      valueString: 'Yes.',
    },
  ];
  const cheaper = {
    ...asked,
    status: 'completed',
    output,
    input: [serviceInput('comprehensive-opinion'), priceInput(1)],
  };
  expect(refused(await home.fetch('PUT', `/${offer}`, cheaper))).toEqual(['offer-fixed']);
  done(await home.fetch('PUT', `/${offer}`, { ...asked, status: 'completed', output }));
  expect(await standing(sent)).toBe('received completeness-check');
  done(await move(programme, sent.task, 'received', 'awaiting-payment'));
  expect(done(await home.fetch('GET', `/${await invoiceOf(sent)}`)).totalGross).toEqual({
    value: 2400,
    currency: 'USD',
  });
});

test('a service of the catalogue that the programme does not give, or only adds, opens no case', async () => {
  for (const [code, key] of [
    ['radiology-review', 'service-not-offered'],
    ['video-consultation', 'service-not-alone'],
  ] as const) {
    const asked = { code: { coding: [{ system: SERVICE_SYSTEM, code }] } };
    await expect(send(code, asked)).rejects.toThrow(key);
  }
});
