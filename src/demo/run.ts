import type { Clock } from '../base/index.ts';
import { OutboundError } from '../base/index.ts';
import { bringHome } from './bring-home.ts';
import { CLIENTS, COORDINATOR, EHR, REVIEWER, STRANGER } from './cast.ts';
import type { CastClient } from './cast.ts';
import { showEnding } from './ending.ts';
import { createNarrator } from './narrator.ts';
import type { Narrator } from './narrator.ts';
import { connect } from './parties.ts';
import type { Connection } from './parties.ts';
import { sendSample } from './send-case.ts';
import { parseRecord, sendRecord } from './send-record.ts';
import type { RecordFile } from './send-record.ts';
import { StoryBroken, tell } from './stage.ts';
import type { Stage } from './stage.ts';
import { giveOpinion, keepOut, poll, publishProgramme, takeOn } from './work-case.ts';

/** The token endpoint's answer, whatever it says. */
export interface TokenAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface DemoOptions {
  /** Where the server is reached, e.g. `http://127.0.0.1:8080`; the clients of the cast are registered there. */
  readonly origin: string;
  /** Asks the server's token endpoint as that client: with its registered key, which the story never sees. */
  readonly requestToken: (client: CastClient) => Promise<TokenAnswer>;
  /** A patient's record to be told of instead of the sample packet. */
  readonly record?: RecordFile;
  /** Where the report is written to. */
  readonly folder: string;
  /** The private key file of a client, for the commands that are shown at the end. */
  readonly keyFile: (client: CastClient) => string;
  /** Whether the server is there to be tried out when the story has ended. */
  readonly staysUp: boolean;
  readonly print: (line: string) => void;
  readonly colour: boolean;
  readonly clock: Clock;
}

/** Plays the story once; gives the exit status: 0, or 1 when an answer was not as the story has it. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const narrator = createNarrator(options);
  const connection = connect(`${options.origin}/fhir`);
  const began = performance.now();
  try {
    await play(options, narrator, connection);
    narrator.block([
      '',
      `The story took ${((performance.now() - began) / 1000).toFixed(1)} s. All answers were as expected.`,
    ]);
    return 0;
  } catch (error) {
    if (!(error instanceof StoryBroken || error instanceof OutboundError)) throw error;
    narrator.failure(`The story ends here. ${error.message}`);
    return 1;
  } finally {
    await connection.close();
  }
}

async function play(options: DemoOptions, narrator: Narrator, connection: Connection): Promise<void> {
  narrator.title('Consilium: a second opinion across borders', [
    `FHIR R4 at ${options.origin}/fhir. All persons, organisations and findings are invented.`,
  ]);
  const record = options.record === undefined ? undefined : parseRecord(options.record);
  const stage = await signIn(options, narrator, connection);
  await publishProgramme(stage);
  const sent = record === undefined ? await sendSample(stage) : await sendRecord(stage, record);
  const task = await takeOn(stage, sent);
  const accepted = await poll(stage, sent.cursor, sent);
  await keepOut(stage, sent);
  await giveOpinion(stage, sent, task);
  narrator.chapter('The report comes home');
  const cursor = await poll(stage, accepted, sent);
  const home = await bringHome(stage, sent, options.folder);
  showEnding(narrator, { ...options, ...home, number: sent.number, cursor });
}

/** Everybody gets a token for five minutes, by SMART Backend Services. */
async function signIn(options: DemoOptions, narrator: Narrator, { homeEhr, partner }: Connection): Promise<Stage> {
  narrator.chapter('Every system signs an assertion with its own key, and gets a token for five minutes');
  const tokens = new Map<string, string>();
  for (const client of CLIENTS) tokens.set(client.id, await getToken(options, narrator, client));
  const tokenOf = ({ id }: CastClient): string => tokens.get(id)!;
  return {
    narrator,
    clock: options.clock,
    ehr: homeEhr(tokenOf(EHR)),
    coordinator: partner(tokenOf(COORDINATOR)),
    reviewer: partner(tokenOf(REVIEWER)),
    stranger: partner(tokenOf(STRANGER)),
  };
}

async function getToken(
  { origin, requestToken }: DemoOptions,
  narrator: Narrator,
  client: CastClient,
): Promise<string> {
  const began = performance.now();
  const { status, body } = await requestToken(client);
  const ms = performance.now() - began;
  tell({ narrator }, client, { method: 'POST', url: `${origin}/auth/token`, status, ms, body });
  const { access_token: token } = body;
  if (typeof token !== 'string') throw new StoryBroken('The server gave no token.');
  return token;
}
