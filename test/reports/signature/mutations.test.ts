import { hash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseStored } from '../../../src/fhir/index.ts';
import { verifyDocument } from '../../../src/reports/index.ts';
import type { Verification } from '../../../src/reports/index.ts';
import { makeGateway, NOW, PDF, signedText, tokenOf, withToken } from './samples.ts';
import type { Gateway } from './samples.ts';

// Whatever is changed of what is signed is found, and what is not covered may change. What is covered is said here once
// more, by other means than in the code: the parsed document without what it names as not covered.

const SEED = 20_261_122;

type Tree = Record<string, unknown>;

let gateway: Gateway;
let text: string;
beforeAll(async () => {
  gateway = await makeGateway();
  text = await signedText(gateway.signer);
});

function verify(changed: string, pdf?: Uint8Array): Promise<Verification> {
  return verifyDocument(changed, {
    roots: [gateway.root.certificate],
    now: NOW,
    ...(pdf === undefined ? {} : { pdf }),
  });
}

/** What nobody may change; undefined for what is no JSON. */
function coveredBy(changed: string): unknown {
  try {
    const { id: _id, meta: _meta, signature, ...covered } = JSON.parse(changed) as Tree;
    const { data, when, who } = signature as Tree & { when: string };
    return { covered, data, when: Date.parse(when), who: (who as Tree)['reference'] };
  } catch {
    return undefined;
  }
}

async function checkChange(changed: string): Promise<void> {
  const { outcome } = await verify(changed);
  const isCovered = !isDeepStrictEqual(coveredBy(changed), coveredBy(text));
  expect(outcome === 'valid').toBe(!isCovered);
}

/** All places of a document that hold something, as paths. */
function placesOf(value: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [[...path]];
  const items = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [...(path.length === 0 ? [] : [[...path]]), ...items.flatMap(([at, item]) => placesOf(item, [...path, at]))];
}

const CHANGES = {
  change: (holder: Tree, at: string) => void (holder[at] = otherThan(holder[at])),
  remove(holder: Tree, at: string) {
    if (Array.isArray(holder)) holder.splice(Number(at), 1);
    else delete holder[at];
  },
  repeat(holder: Tree, at: string) {
    if (Array.isArray(holder)) holder.splice(Number(at), 0, holder[Number(at)]);
    else holder[`${at}Too`] = holder[at];
  },
  swap(holder: Tree, at: string) {
    if (Array.isArray(holder)) holder.reverse();
    else holder[at] = [holder[at]];
  },
} as const;

function otherThan(value: unknown): unknown {
  if (typeof value === 'string') return `${value}x`;
  if (typeof value === 'number') return value + 1;
  return typeof value === 'boolean' ? !value : 'other';
}

describe('of 1,500 changes none goes unseen', () => {
  test('500 flipped bits of the text', async () => {
    const flips = fc.tuple(fc.nat(), fc.nat(7));
    await fc.assert(
      fc.asyncProperty(flips, async ([place, bit]) => {
        const bytes = Buffer.from(text);
        bytes[place % bytes.length]! ^= 1 << bit;
        await checkChange(bytes.toString('utf8'));
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  test('500 values, members and items that are changed, removed, repeated or put elsewhere', async () => {
    const kinds = fc.constantFrom(...(Object.keys(CHANGES) as (keyof typeof CHANGES)[]));
    const places = placesOf(JSON.parse(text));
    await fc.assert(
      fc.asyncProperty(kinds, fc.nat(places.length - 1), async (kind, index) => {
        const tree = JSON.parse(text) as Tree;
        const path = places[index]!;
        const holder = path.slice(0, -1).reduce<Tree>((at, step) => at[step] as Tree, tree);
        CHANGES[kind](holder, String(path.at(-1)));
        await checkChange(JSON.stringify(tree));
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  test('200 changes of the header of the signature', async () => {
    const [header, , signature] = tokenOf(parseStored(text)).split('.') as [string, string, string];
    const places = placesOf(JSON.parse(Buffer.from(header, 'base64url').toString()));
    const kinds = fc.constantFrom(...(Object.keys(CHANGES) as (keyof typeof CHANGES)[]));
    await fc.assert(
      fc.asyncProperty(kinds, fc.nat(places.length - 1), async (kind, index) => {
        const tree = JSON.parse(Buffer.from(header, 'base64url').toString()) as Tree;
        const path = places[index]!;
        const holder = path.slice(0, -1).reduce<Tree>((at, step) => at[step] as Tree, tree);
        CHANGES[kind](holder, String(path.at(-1)));
        const changed = Buffer.from(JSON.stringify(tree)).toString('base64url');
        fc.pre(changed !== header);
        expect((await verify(withToken(text, `${changed}..${signature}`))).outcome).not.toBe('valid');
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  test('300 changes of the letter', async () => {
    expect((await verify(text, PDF)).outcome).toBe('valid');
    const verdict = await verify(text, PDF.subarray(1));
    expect(verdict).toMatchObject({ outcome: 'other-letter', letter: 'other' });
    const changes = fc.tuple(fc.nat(PDF.length - 1), fc.nat(7), fc.constantFrom('flip', 'cut', 'add'));
    await fc.assert(
      fc.asyncProperty(changes, async ([place, bit, kind]) => {
        const bytes = Buffer.from(PDF);
        if (kind === 'flip') bytes[place]! ^= 1 << bit;
        const changed =
          kind === 'cut' ? bytes.subarray(0, place) : kind === 'add' ? Buffer.concat([bytes, Buffer.of(bit)]) : bytes;
        expect(hash('sha256', changed, 'hex')).not.toBe(hash('sha256', PDF, 'hex'));
        expect((await verify(text, changed)).outcome).toBe('other-letter');
      }),
      { seed: SEED, numRuns: 300 },
    );
  });
});

describe('what is not covered', () => {
  const NAMED = ['id', 'meta', 'signature.targetFormat', 'signature.sigFormat', 'signature.type'];

  test('may change, and is named', async () => {
    const free: [string, (tree: Tree) => string][] = [
      ['Bundle.id', (tree) => JSON.stringify({ ...tree, id: 'copy' })],
      ['Bundle.meta', ({ meta: _meta, ...tree }) => JSON.stringify(tree)],
      [
        'Bundle.signature.type',
        (tree) => JSON.stringify({ ...tree, signature: { ...(tree['signature'] as Tree), type: [] } }),
      ],
      ['white space', (tree) => JSON.stringify(tree, null, 2)],
      ['the order of its members', (tree) => JSON.stringify(Object.fromEntries(Object.entries(tree).reverse()))],
      ['how its characters are escaped', () => text.replace('Summary', '\\u0053ummary')],
      ['Bundle.entry[3].resource.total.value', () => text.replace('940.00', '940.000')],
      ['Bundle.entry[2].resource.valueQuantity.value', () => text.replace('34.0', '34')],
    ];
    for (const [name, change] of free) {
      const changed = change(parseStored(text));
      expect(changed).not.toBe(text);
      const { outcome, notCovered } = await verify(changed);
      expect([name, outcome]).toEqual([name, 'valid']);
      expect((await verify(text)).notCovered.join('; ')).toContain(name);
      expect(notCovered.length).toBeGreaterThan(3);
    }
  });

  test('is no more than that', async () => {
    const { notCovered } = await verify(text);
    const members = notCovered.filter((name) => name.startsWith('Bundle.') && !name.includes(':'));
    expect(members.sort()).toEqual(NAMED.map((name) => `Bundle.${name}`).sort());
  });

  test('a number beyond the digits of a double stays the same value', async () => {
    const longer = text.replace('940.00', '940.00000000000000001');
    expect((await verify(longer)).outcome).toBe('valid');
    expect((await verify(text.replace('940.00', '940.0000000001'))).outcome).toBe('altered');
  });
});
