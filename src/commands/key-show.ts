import { readReportRoot } from '../jobs/index.ts';
import { readCertificate, showFingerprint } from '../keys/index.ts';
import { listSigningCertificates } from '../store/index.ts';
import type { SigningCertificate } from '../store/index.ts';
import { defineCommand, UsageError } from './command.ts';
import { withDatabase } from './connect.ts';
import { openReportKeys } from './master-key.ts';

const NAME = 'key show';

export const showKeysCommand = defineCommand({
  name: NAME,
  summary: 'Shows the certificates behind the signatures of reports.',
  notes:
    'The root is what those pin who verify reports: tell them its fingerprint by another way than the certificate itself.\n' +
    'Certificates of former keys stay for ever, so that what they signed can be verified.',
  options: {
    reports: { text: 'Those of reports; there are no others.' },
  },
  example: 'key show --reports',
  async run(setting, { reports }) {
    if (!reports) throw new UsageError('Say whose certificates: --reports.', NAME);
    const { terminal } = setting;
    await withDatabase(setting, async ({ config, owner }) => {
      terminal.print((await readReportRoot(await openReportKeys(config, owner))).trimEnd());
      for (const row of await listSigningCertificates(owner)) {
        const lines = await describeCertificate(row);
        for (const line of lines) terminal.print(line);
      }
    });
    return undefined;
  },
});

async function describeCertificate(row: SigningCertificate): Promise<string[]> {
  const { kid, organization, retiredAt, compromisedAt } = row;
  const facts = await readCertificate(row.certificate);
  if (facts === undefined) throw new Error(`The certificate of the key ${kid} cannot be read.`);
  const until = facts.until.toISOString().slice(0, 10);
  const state = retiredAt === null ? `signs until ${until}` : `signs no more since ${retiredAt.toISOString()}`;
  const fate = compromisedAt === null ? '' : `; known to others since ${compromisedAt.toISOString()}`;
  return [
    '',
    `${organization ?? 'Root'}  ${facts.name}`,
    `  Key      ${kid}`,
    `  SHA-256  ${showFingerprint(facts.fingerprint)}`,
    `  State    ${state}${fate}`,
  ];
}
