import { hash } from 'node:crypto';
import { Client } from 'pg';

/** The server of this test run, as run.ts hands it to the processes that run the tests. */
export interface TestServer {
  /** Of a database to be connected to while others are made and dropped; the role may do both. */
  readonly url: string;
  /** A migrated database that nobody connects to: each test file's database is a clone of it. */
  readonly template: string;
  /** The same with the guide published and the server's keys made, as a server leaves it after its first start. */
  readonly publishedTemplate: string;
}

/** MASTER_KEY of the servers that tests start: their keys are made once, in the published template. */
export const TEST_MASTER_KEY = hash('sha256', 'the master key of tests', 'base64url');

const VARIABLE = 'CONSILIUM_TEST_SERVER';

export function announceServer(server: TestServer): void {
  process.env[VARIABLE] = JSON.stringify(server);
}

export function announcedServer(): TestServer {
  const text = process.env[VARIABLE];
  if (text) return JSON.parse(text) as TestServer;
  throw new Error('No PostgreSQL was started, because only pure rooms were to be tested (test/support/run.ts).');
}

export function urlOfDatabase(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

/** Runs one statement on a connection of its own, as the owner: outside of a transaction, as CREATE DATABASE has to be. */
export async function execute(url: string, statement: string, values: readonly unknown[] = []): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement, [...values]);
  } finally {
    await client.end();
  }
}
