import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Resource } from '../../src/fhir/index.ts';
import { issuesToOutcome, parseStored } from '../../src/fhir/index.ts';
import type { NotificationInput, NotifiedEvent } from '../../src/subscriptions/index.ts';
import { PAYLOAD_CONTENTS, writeNotification, writeStatus } from '../../src/subscriptions/index.ts';
import { examineWithCodes } from '../validation/check.ts';
import { BASE, topicUrl } from './samples.ts';

const ID = '0198c1f0-0000-7000-8000-0000000000aa';
const NOW = '2026-03-04T09:00:00.000Z';
const TOPIC = topicUrl('case-progress');

/** The record as it is stored; the decimal is to come through to the letter. */
const TASK =
  '{"resourceType":"Task","id":"t0","meta":{"versionId":"3","lastUpdated":"2026-03-04T08:59:59.000Z"},"status":"accepted",' +
  '"intent":"order","input":[{"type":{"text":"Größe \\"x\\""},"valueDecimal":1.50}]}';

function input(change: Partial<NotificationInput> = {}): NotificationInput {
  return {
    base: BASE,
    subscription: 'Subscription/s1',
    topic: TOPIC,
    status: 'active',
    type: 'event-notification',
    total: 7,
    events: [
      { number: 6, at: '2026-03-04T08:59:58.000Z', focus: 'Task/t0', body: TASK, related: ['ServiceRequest/r1'] },
      { number: 7, at: '2026-03-04T08:59:59.000Z', focus: 'Task/t1' },
    ],
    content: 'full-resource',
    at: NOW,
    id: ID,
    ...change,
  };
}

interface Parameter {
  readonly name: string;
  readonly part?: readonly Parameter[];
  readonly valueCode?: string;
  readonly valueString?: string;
  readonly valueInstant?: string;
  readonly valueReference?: { readonly reference: string };
}

interface Entry {
  readonly fullUrl: string;
  readonly resource?: Resource;
  readonly request: { readonly method: string; readonly url: string };
  readonly response: { readonly status: string };
}

interface Notification extends Resource {
  readonly type: string;
  readonly timestamp: string;
  readonly entry: readonly [Entry, ...Entry[]];
}

function read(change: Partial<NotificationInput> = {}): Notification {
  return parseStored(writeNotification(input(change))) as Notification;
}

function parametersOf(status: Resource | undefined): readonly Parameter[] {
  return status?.parameter as readonly Parameter[];
}

/** `event-number`, `timestamp`, `focus` and `additional-context`s of each event. */
function eventsOf({ entry }: Notification): unknown[][] {
  return parametersOf(entry[0].resource)
    .filter(({ name }) => name === 'notification-event')
    .map(({ part = [] }) => part.map((one) => one.valueString ?? one.valueInstant ?? one.valueReference?.reference));
}

/** R4's own rules. */
function errors(resource: unknown): string[] {
  return examineWithCodes(resource)
    .filter(({ severity }) => severity === 'error')
    .map(({ key, expression }) => `${key} ${expression}`);
}

/** How often each parameter may stand, and with which type of value. */
const STATUS_RULES = {
  subscription: ['valueReference', 1, 1],
  topic: ['valueCanonical', 0, 1],
  status: ['valueCode', 1, 1],
  type: ['valueCode', 1, 1],
  'events-since-subscription-start': ['valueString', 0, 1],
  'notification-event': ['part', 0, Infinity],
  error: ['valueCodeableConcept', 0, Infinity],
} as const;
const EVENT_RULES = {
  'event-number': ['valueString', 1, 1],
  timestamp: ['valueInstant', 0, 1],
  focus: ['valueReference', 0, 1],
  'additional-context': ['valueReference', 0, Infinity],
} as const;

function expectParameters(
  parameters: readonly Parameter[],
  rules: Readonly<Record<string, readonly [value: string, min: number, max: number]>>,
): void {
  expect(parameters.map(({ name }) => name).filter((name) => !Object.hasOwn(rules, name))).toEqual([]);
  for (const [name, [value, min, max]] of Object.entries(rules)) {
    const found = parameters.filter((one) => one.name === name);
    expect([name, found.length >= min && found.length <= max]).toEqual([name, true]);
    for (const one of found) expect(Object.keys(one)).toEqual(['name', value]);
  }
}

/** http://hl7.org/fhir/uv/subscriptions-backport/STU1.1/StructureDefinition-backport-subscription-status-r4.html */
function expectStatus(status: Resource): void {
  const parameters = parametersOf(status);
  expect(status.resourceType).toBe('Parameters');
  expectParameters(parameters, STATUS_RULES);
  for (const { name, part = [] } of parameters) if (name === 'notification-event') expectParameters(part, EVENT_RULES);
  const code = (name: string) => parameters.find((one) => one.name === name)?.valueCode;
  expect(['requested', 'active', 'error', 'off']).toContain(code('status'));
  expect(['handshake', 'heartbeat', 'event-notification', 'query-status', 'query-event']).toContain(code('type'));
}

/** http://hl7.org/fhir/uv/subscriptions-backport/STU1.1/StructureDefinition-backport-subscription-notification-r4.html */
function expectNotification(bundle: Notification): void {
  expect([bundle.resourceType, bundle.type]).toEqual(['Bundle', 'history']);
  const [first, ...others] = bundle.entry;
  expectStatus(first.resource!);
  expect(first).toMatchObject({
    fullUrl: `urn:uuid:${first.resource!.id!}`,
    request: { method: 'GET', url: `${BASE}/Subscription/s1/$status` },
    response: { status: '200' },
  });
  // The slice of the status is 1..1.
  expect(others.filter(({ resource }) => resource?.resourceType === 'Parameters')).toEqual([]);
  const urls = bundle.entry.map(({ fullUrl }) => fullUrl);
  expect(new Set(urls).size).toBe(urls.length);
  for (const { fullUrl, request, response } of others) {
    expect([request.method, request.url, response.status]).toEqual(['GET', fullUrl, '200']);
  }
}

describe('a notification', () => {
  it.each(['handshake', 'heartbeat'] as const)('of type %s tells how things stand', (type) => {
    const bundle = read({ type, status: 'requested', events: [] });
    expectNotification(bundle);
    expect(errors(bundle)).toEqual([]);
    expect(bundle).toMatchObject({ timestamp: NOW });
    expect(bundle.entry).toHaveLength(1);
    expect(parametersOf(bundle.entry[0].resource)).toEqual([
      { name: 'subscription', valueReference: { reference: `${BASE}/Subscription/s1` } },
      { name: 'topic', valueCanonical: TOPIC },
      { name: 'status', valueCode: 'requested' },
      { name: 'type', valueCode: type },
      { name: 'events-since-subscription-start', valueString: '7' },
    ]);
  });

  it('that is empty names neither topic nor records', () => {
    const bundle = read({ content: 'empty' });
    expectNotification(bundle);
    expect(errors(bundle)).toEqual([]);
    expect(eventsOf(bundle)).toEqual([
      ['6', '2026-03-04T08:59:58.000Z'],
      ['7', '2026-03-04T08:59:59.000Z'],
    ]);
    expect(JSON.stringify(bundle)).not.toMatch(/Task|ServiceRequest|SubscriptionTopic/);
  });

  it('with ids alone names records and holds none', () => {
    const bundle = read({ content: 'id-only' });
    expectNotification(bundle);
    expect(errors(bundle)).toEqual([]);
    expect(eventsOf(bundle)).toEqual([
      ['6', '2026-03-04T08:59:58.000Z', `${BASE}/Task/t0`, `${BASE}/ServiceRequest/r1`],
      ['7', '2026-03-04T08:59:59.000Z', `${BASE}/Task/t1`],
    ]);
    expect(bundle.entry.slice(1).map(({ fullUrl, resource }) => [fullUrl, resource])).toEqual([
      [`${BASE}/Task/t0`, undefined],
      [`${BASE}/Task/t1`, undefined],
    ]);
  });

  it('in full holds records to the letter, and links to those that it cannot hold', () => {
    const text = writeNotification(input());
    const bundle = read();
    expectNotification(bundle);
    expect(errors(bundle)).toEqual([]);
    expect(text).toContain(TASK);
    expect(bundle.entry.slice(1).map(({ fullUrl, resource }) => [fullUrl, resource?.id])).toEqual([
      [`${BASE}/Task/t0`, 't0'],
      [`${BASE}/Task/t1`, undefined],
    ]);
  });

  it('holds a record once that several events are about', () => {
    const events: NotifiedEvent[] = [1, 2, 3].map((number) => ({ number, at: NOW, focus: 'Task/t0', body: TASK }));
    const bundle = read({ events });
    expectNotification(bundle);
    expect(bundle.entry).toHaveLength(2);
    expect(eventsOf(bundle).map(([number]) => number)).toEqual(['1', '2', '3']);
  });

  it('keeps the number of an event whose record is not to be seen any more', () => {
    const bundle = read({ events: [{ number: 6, at: NOW }, input().events[1]!] });
    expectNotification(bundle);
    expect(errors(bundle)).toEqual([]);
    expect(eventsOf(bundle)).toEqual([
      ['6', NOW],
      ['7', '2026-03-04T08:59:59.000Z', `${BASE}/Task/t1`],
    ]);
  });

  it('tells why notifications did not get through', () => {
    const bundle = read({ type: 'query-event', status: 'error', error: { code: 'no-response', text: 'No answer.' } });
    expectNotification(bundle);
    expect(errors(bundle)).toEqual([]);
    expect(parametersOf(bundle.entry[0].resource).at(-1)).toEqual({
      name: 'error',
      valueCodeableConcept: {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/subscription-error', code: 'no-response' }],
        text: 'No answer.',
      },
    });
  });

  it('says beside its status what it leaves out', () => {
    const issue = { severity: 'warning', code: 'incomplete', key: 'subscription-events-gone', text: 'Gone.' } as const;
    const bundle = read({ type: 'query-event', outcome: issuesToOutcome([issue]) });
    expectNotification(bundle);
    expect(errors(bundle)).toEqual([]);
    expect(bundle.entry.map(({ response }) => Object.keys(response))).toEqual([
      ['status', 'outcome'],
      ['status'],
      ['status'],
    ]);
  });

  it('of plain criteria has no topic', () => {
    const { topic: _topic, ...plain } = input({ type: 'query-event' });
    const text = writeNotification(plain);
    expectNotification(parseStored(text) as Notification);
    expect(text).not.toContain('"topic"');
  });
});

it('a status is what the profile says', () => {
  const { base, subscription, topic, total } = input();
  const status = writeStatus({ base, subscription, topic: topic!, total, status: 'off', type: 'query-status' });
  expectStatus(status);
  expect(errors(status)).toEqual([]);
  expect(parametersOf(status).map(({ name }) => name)).toEqual([
    'subscription',
    'topic',
    'status',
    'type',
    'events-since-subscription-start',
  ]);
});

it('whatever happened, it stands in its order, without gaps, and the text is JSON', () => {
  const record = fc.record({ name: fc.string({ unit: 'binary' }), id: fc.constantFrom('a', 'b', 'c') });
  const written = fc.record({ record, isSeen: fc.boolean(), hasBody: fc.boolean() });
  fc.assert(
    fc.property(
      fc.nat(1_000_000),
      fc.array(written, { maxLength: 20 }),
      fc.constantFrom(...PAYLOAD_CONTENTS),
      (start, happened, content) => {
        const events = happened.map(({ record: { name, id }, isSeen, hasBody }, index): NotifiedEvent => {
          const focus = `Organization/${id}`;
          const body = JSON.stringify({ resourceType: 'Organization', id, name });
          return { number: start + index, at: NOW, ...(isSeen ? { focus, ...(hasBody ? { body } : {}) } : {}) };
        });
        const bundle = read({ events, content, total: start + happened.length });
        expectNotification(bundle);
        expect(eventsOf(bundle).map(([number]) => Number(number))).toEqual(events.map(({ number }) => number));
        const foci = new Set(events.flatMap(({ focus }) => (focus === undefined ? [] : `${BASE}/${focus}`)));
        expect(bundle.entry.slice(1).map(({ fullUrl }) => fullUrl)).toEqual(content === 'empty' ? [] : [...foci]);
        const held = bundle.entry.slice(1).filter(({ resource }) => resource !== undefined);
        const bodies = new Set(events.flatMap(({ focus, body }) => (body === undefined ? [] : focus)));
        expect(held).toHaveLength(content === 'full-resource' ? bodies.size : 0);
      },
    ),
    { numRuns: 500, seed: 20_261_122 },
  );
});
