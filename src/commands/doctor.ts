import type { Config } from '../config.ts';
import { checkDatabase } from './doctor-database.ts';
import { checkDataFolder, checkPublicUrl } from './doctor-settings.ts';
import { defineCommand } from './command.ts';
import type { Terminal } from './command.ts';
import { describeError } from './describe-error.ts';
import { createTerminalLogger } from './connect.ts';
import type { Finding } from './finding.ts';
import { alignColumns } from './help.ts';

export const doctorCommand = defineCommand({
  name: 'doctor',
  summary: 'Checks settings, data folder, database, roles and keys, and says what to mend.',
  notes: 'Changes nothing. Exit status 1 when there is a problem.',
  options: { json: { text: 'As JSON: { "ok", "findings": [{ "check", "ok", "text", "mend" }] }.' } },
  example: 'doctor',
  async run({ loadConfig, terminal }, { json }) {
    const findings = await examine(loadConfig, terminal);
    if (json) printJson(findings, terminal);
    else printText(findings, terminal);
    return findings.some(isProblem) ? 1 : undefined;
  },
});

async function examine(loadConfig: () => Config, terminal: Terminal): Promise<Finding[]> {
  let config: Config;
  try {
    config = loadConfig();
  } catch (error) {
    return [{ check: 'settings', text: describeError(error), mend: 'Correct these, then run the doctor again.' }];
  }
  const place = config.databaseUrl === undefined ? 'the embedded database' : 'DATABASE_URL';
  return [
    { check: 'settings', text: `${config.production ? 'production' : 'development'}, ${place}` },
    checkPublicUrl(config),
    ...(await checkDataFolder(config)),
    ...(await checkDatabase(config, createTerminalLogger(terminal))),
  ];
}

function isProblem({ mend }: Finding): boolean {
  return mend !== undefined;
}

function printJson(findings: readonly Finding[], terminal: Terminal): void {
  const list = findings.map(({ check, text, mend }) => ({ check, ok: mend === undefined, text, mend }));
  terminal.print(JSON.stringify({ ok: !findings.some(isProblem), findings: list }, null, 2));
}

function printText(findings: readonly Finding[], terminal: Terminal): void {
  const heads = alignColumns(
    findings.map((finding) => [isProblem(finding) ? 'problem' : 'ok', finding.check, '']),
    '',
  );
  const width = Math.max(...heads.map((head) => head.length)) + 2;
  for (const [n, { text, mend }] of findings.entries()) {
    const lines = [...text.split('\n'), ...(mend === undefined ? [] : `→ ${mend}`.split('\n'))];
    for (const [at, line] of lines.entries()) terminal.print((at === 0 ? heads[n]! : '').padEnd(width) + line);
  }
  const problems = findings.filter(isProblem).length;
  terminal.print(
    problems === 0 ? '\nAll is well.' : `\n${problems} ${problems === 1 ? 'problem' : 'problems'} to mend.`,
  );
}
