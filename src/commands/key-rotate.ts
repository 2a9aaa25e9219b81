import { rotateServerKeys, SERVER_KEY_ALGS } from '../auth/index.ts';
import { systemClock } from '../base/index.ts';
import { rotateWebhookKey } from '../delivery/index.ts';
import { rotateReportKey } from '../jobs/index.ts';
import { listSigningCertificates } from '../store/index.ts';
import { defineCommand, UsageError } from './command.ts';
import type { Setting } from './command.ts';
import { withDatabase } from './connect.ts';
import { parseInstant } from './times.ts';
import { needMasterKey, openReportKeys } from './master-key.ts';

const NAME = 'key rotate';

export const rotateKeysCommand = defineCommand({
  name: NAME,
  summary:
    'Lets other keys sign from now on: tokens, or with --reports the reports, or with --webhooks the notifications.',
  notes:
    'Tokens: servers that run follow at once, without a restart; one that cannot be reached at this moment within a minute.\n' +
    'The former keys stay published until all that they signed has expired (70 minutes), so nobody has to sign in anew.\n' +
    'Reports: each programme has a key of its own, which is replaced by itself before it ends. The certificates of former\n' +
    'ones stay for ever, so that what they signed can be verified.\n' +
    'Notifications: the former key signs beside the new one and stays published for a day, in which receivers learn of it.',
  options: {
    alg: {
      value: 'ALG',
      text: 'Which ones: of access tokens (ES384), of id_tokens (RS256), or all.',
      choices: [...SERVER_KEY_ALGS, 'all'],
      fallback: 'all',
    },
    reports: { text: "The programmes' keys, with which reports are signed, in place of those of tokens." },
    webhooks: { text: 'The key with which notifications are signed, in place of those of tokens.' },
    programme: { value: 'ID', text: 'With --reports: only the key of this programme.' },
    compromised: {
      text: 'Somebody else may have the keys: tokens that they signed are refused at once, reports from the moment of --since on; those of notifications are no longer published.',
    },
    since: {
      value: 'INSTANT',
      text: 'With --reports and --compromised: from when on, e.g. 2026-11-22T08:00:00Z. Without it: now.',
    },
  },
  example: NAME,
  async run(setting, { alg, reports, webhooks, programme, compromised, since }) {
    if (!reports && (programme !== undefined || since !== undefined)) {
      throw new UsageError('--programme and --since are about the keys of reports: add --reports.', NAME);
    }
    if (since !== undefined && !compromised) throw new UsageError('--since goes with --compromised.', NAME);
    if (reports && webhooks) throw new UsageError('--reports or --webhooks, one at a time.', NAME);
    if (webhooks) await rotateWebhooks(setting, compromised);
    else if (reports) await rotateReports(setting, programme, compromised ? readInstant(since) : undefined);
    else await rotateTokens(setting, alg, compromised);
    return undefined;
  },
});

async function rotateTokens(setting: Setting, alg: string, compromised: boolean): Promise<void> {
  const algs = SERVER_KEY_ALGS.filter((one) => alg === 'all' || alg === one);
  const rotated = await withDatabase(setting, async ({ config, owner }) => {
    const masterKey = await needMasterKey(config);
    return await rotateServerKeys({ database: owner, masterKey, clock: systemClock, algs, compromised });
  });
  for (const { alg: name, kid, former } of rotated) {
    const fate = compromised ? 'is gone' : 'stays published for 70 minutes';
    setting.terminal.print(`${name}  ${kid} signs${former === undefined ? '' : `; ${former} ${fate}`}.`);
  }
}

async function rotateWebhooks(setting: Setting, compromised: boolean): Promise<void> {
  const { kid, former } = await withDatabase(setting, async ({ config, owner }) => {
    const masterKey = await needMasterKey(config);
    return await rotateWebhookKey({ database: owner, masterKey, clock: systemClock, compromised });
  });
  const fate = compromised ? 'is gone' : 'signs beside it for a day';
  setting.terminal.print(`${kid} signs${former === undefined ? '' : `; ${former} ${fate}`}.`);
}

/** Those of all programmes that have signed yet, or of the one that is named. */
async function rotateReports(setting: Setting, named: string | undefined, since: Date | undefined): Promise<void> {
  const { terminal } = setting;
  await withDatabase(setting, async ({ config, owner }) => {
    const keys = await openReportKeys(config, owner);
    const signing = (await listSigningCertificates(owner)).flatMap(({ organization, retiredAt }) =>
      organization === null || retiredAt !== null ? [] : [organization],
    );
    const programmes = named === undefined ? signing : [named];
    if (programmes.length === 0) terminal.print('No report was signed yet: there is no key to rotate.');
    for (const programme of programmes) {
      const rotation = { programme, ...(since === undefined ? {} : { compromisedSince: since }) };
      const { kid, former } = await rotateReportKey(keys, rotation);
      const fate =
        since === undefined
          ? 'signs no more, and what it signed stays good'
          : `counts as known to others since ${since.toISOString()}: what it signed from then on is refused`;
      terminal.print(`${programme}  ${kid} signs${former === undefined ? '' : `; ${former} ${fate}`}.`);
    }
  });
}

function readInstant(text: string | undefined): Date {
  if (text === undefined) return systemClock();
  const at = parseInstant(text);
  if (at === undefined || at > systemClock()) {
    throw new UsageError(`--since is a moment in the past, such as 2026-11-22T08:00:00Z, not "${text}".`, NAME);
  }
  return at;
}
