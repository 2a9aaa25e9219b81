import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';
import { exchange } from '../support/raw-http.ts';
import type { RawAnswer } from '../support/raw-http.ts';
import { waitUntil } from '../support/wait-until.ts';

const MB = 1024 * 1024;

let house: TestHouse;
let home: Partner;
/** Looks at the pace several times a second. */
let hasty: TestHouse;
let guest: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  hasty = await startHouse({ pace: { windowMs: 400, bytesPerSecond: 4096 } });
  guest = await hasty.register('home', 'placer');
});
afterAll(async () => {
  await hasty.stop();
  await house.stop();
});

function head(...lines: string[]): string {
  return headBy(home, ...lines);
}

function headBy({ token }: Partner, ...lines: string[]): string {
  return [
    'POST /fhir/Patient HTTP/1.1',
    'Host: x',
    'Content-Type: application/fhir+json',
    `Authorization: Bearer ${token}`,
    ...lines,
  ]
    .join('\r\n')
    .concat('\r\n\r\n');
}

/** Sends until the socket is gone. */
async function sendEndlessly(socket: Socket, piece: string | Buffer, everyMs = 0): Promise<void> {
  while (!socket.destroyed && socket.writable) {
    const goesOn = socket.write(piece);
    if (everyMs > 0) await wait(everyMs);
    else if (!goesOn) await new Promise((done) => socket.once('drain', done).once('close', done));
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

describe('a body that is too large', () => {
  test('is refused by its Content-Length, before any of it is read', async () => {
    const answer = await exchange(house.url, (socket) => {
      socket.write(head('Content-Length: 5000000000'));
    });
    expectOutcome(answer, 413, 'body-too-large');
    expect(answer.headers.get('connection')).toBe('close');
    expect(answer.text).toContain('33554432 bytes');
  });
  test('is refused to a sender that goes on sending, who still gets the answer', async () => {
    const piece = Buffer.alloc(256 * 1024, ' ');
    const answer = await exchange(house.url, (socket) => {
      socket.write(head('Content-Length: 5000000000'));
      return sendEndlessly(socket, piece);
    });
    expectOutcome(answer, 413, 'body-too-large');
    // What is on its way in the socket buffers of both sides comes on top of what was read.
    expect(answer.sent).toBeLessThan(16 * MB);
  });
  test('is refused when it is in chunks without an end', async () => {
    const piece = `${MB.toString(16)}\r\n${' '.repeat(MB)}\r\n`;
    const answer = await exchange(house.url, (socket) => {
      socket.write(head('Transfer-Encoding: chunked'));
      return sendEndlessly(socket, piece);
    });
    expectOutcome(answer, 413, 'body-too-large');
    expect(answer.headers.get('connection')).toBe('close');
    expect(answer.sent).toBeLessThan(48 * MB);
  });
  test('is not read behind a refusal of something else', async () => {
    const cases = ['POST /fhir/Nonsense', 'POST /elsewhere', 'PATCH /fhir/Patient/1', 'POST /fhir/%ZZ', 'POST /fhir'];
    for (const line of cases) {
      const answer = await exchange(house.url, (socket) => {
        socket.write(`${line} HTTP/1.1\r\nHost: x\r\nContent-Type: :;\r\nTransfer-Encoding: chunked\r\n\r\n`);
        return sendEndlessly(socket, `10000\r\n${' '.repeat(65536)}\r\n`);
      });
      expect([400, 401, 404, 405]).toContain(answer.status);
      expect(answer.body.resourceType).toBe('OperationOutcome');
      expect(answer.headers.get('connection')).toBe('close');
      expect(answer.sent).toBeLessThan(16 * MB);
    }
  });
});

describe('a body that comes slowly', () => {
  test('byte by byte is cut off', async () => {
    const answer = await exchange(hasty.url, (socket) => {
      // For hours.
      socket.write(headBy(guest, 'Content-Length: 1000000'));
      return sendEndlessly(socket, ' ', 20);
    });
    expectOutcome(answer, 408, 'body-too-slow');
    expect(answer.headers.get('connection')).toBe('close');
  });
  test('or stops after a fast beginning is cut off', async () => {
    const answer = await exchange(hasty.url, (socket) => {
      socket.write(headBy(guest, `Content-Length: ${2 * MB}`));
      socket.write(' '.repeat(MB));
    });
    expectOutcome(answer, 408, 'body-too-slow');
  });
  test('as raw bytes is cut off, and nothing is kept', async () => {
    const answer = await exchange(hasty.url, (socket) => {
      socket.write(headBy(guest, 'Content-Length: 1000000').replace('/Patient', '/Binary').replace('fhir+json', 'pdf'));
      return sendEndlessly(socket, ' ', 20);
    });
    expectOutcome(answer, 408, 'body-too-slow');
    const found = await guest.fetch('GET', '/Binary?_summary=count');
    expect(found.body.total).toBe(0);
  });
  test('but steadily is taken', async () => {
    const body = Buffer.from(
      JSON.stringify({ resourceType: 'Patient', name: [{ text: 'Slow' }] }).padEnd(12 * 2048, ' '),
    );
    const send = (): Promise<RawAnswer> =>
      exchange(hasty.url, async (socket) => {
        socket.write(headBy(guest, `Content-Length: ${body.length}`, 'Connection: close'));
        for (let at = 0; at < body.length; at += 2048) {
          socket.write(body.subarray(at, at + 2048));
          await wait(100);
        }
      });
    let answer = await send();
    // A machine that stands still meanwhile has it come unsteadily.
    for (let again = 0; again < 9 && answer.status === 408; again++) answer = await send();
    expect(answer.status).toBe(201);
    expect(answer.ms).toBeGreaterThan(1_000);
  });
});

describe('a body that breaks off', () => {
  test('changes nothing', async () => {
    const before = (await home.fetch('GET', '/Patient?_summary=count')).body.total;
    await expect(
      exchange(house.url, async (socket) => {
        socket.write(head('Content-Length: 1000'));
        socket.write('{"resourceType":"Patient"}');
        await wait(50);
        socket.destroy();
      }),
    ).rejects.toThrow();
    expect((await home.fetch('GET', '/Patient?_summary=count')).body.total).toBe(before);
  });
  test('in the middle of its chunks is told so', async () => {
    const answer = await exchange(house.url, (socket) => {
      socket.write(head('Transfer-Encoding: chunked'));
      socket.write('5\r\n{"res\r\nnonsense\r\n');
    });
    expect(answer.status).toBe(400);
    expect(answer.body.resourceType).toBe('OperationOutcome');
  });
});

test('others are served meanwhile', async () => {
  let begun = 0;
  let ended = 0;
  const slow = Array.from({ length: 50 }, () =>
    exchange(house.url, (socket) => {
      socket.write(head('Content-Length: 1000000'), () => (begun += 1));
      return sendEndlessly(socket, ' ', 50);
    }).finally(() => (ended += 1)),
  );
  expect(await waitUntil(() => begun === slow.length)).toBe(true);
  expect((await home.fetch('GET', '/metadata')).status).toBe(200);
  expect(ended).toBe(0);
  expect(new Set((await Promise.all(slow)).map(({ status }) => status))).toEqual(new Set([408]));
});

describe('a token request', () => {
  const ask = (...lines: string[]): string =>
    ['POST /auth/token HTTP/1.1', 'Host: x', 'Content-Type: application/x-www-form-urlencoded', ...lines]
      .join('\r\n')
      .concat('\r\n\r\n');
  test('that comes byte by byte is cut off, though nobody has shown a token', async () => {
    const answer = await exchange(hasty.url, (socket) => {
      socket.write(ask('Content-Length: 60000'));
      return sendEndlessly(socket, 'a', 20);
    });
    expect([answer.status, answer.body.error, answer.headers.get('connection')]).toEqual([
      408,
      'invalid_request',
      'close',
    ]);
  });
  test('that is too large is refused by its Content-Length', async () => {
    const answer = await exchange(house.url, (socket) => {
      socket.write(ask('Content-Length: 65537'));
    });
    expect([answer.status, answer.body.error]).toEqual([413, 'invalid_request']);
  });
});

test('two Authorization headers are refused, whichever is the good one', async () => {
  const answer = await exchange(house.url, (socket) => {
    socket.write(
      head('authorization: Bearer other', 'Connection: close').replace('POST /fhir/Patient', 'GET /fhir/Patient'),
    );
  });
  expectOutcome(answer, 400, 'authorization-twice');
});
