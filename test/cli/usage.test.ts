import { describe, expect, test } from '@jest/globals';
import { runCommandLine } from '../../src/commands/run.ts';

const COMMANDS = [
  'serve',
  'migrate',
  'doctor',
  'key generate',
  'organization add',
  'organization set',
  'organization list',
  'client add',
  'client list',
  'client disable',
  'token',
];

async function run(line: string): Promise<{ status: number; printed: string; warned: string }> {
  const printed: string[] = [];
  const warned: string[] = [];
  const status = await runCommandLine(
    {
      loadConfig: () => {
        throw new Error('No setting was to be read.');
      },
      terminal: { print: (text) => printed.push(text), warn: (text) => warned.push(text) },
      folder: '/',
    },
    line.split(' ').filter((word) => word !== ''),
  );
  return { status, printed: printed.join('\n'), warned: warned.join('\n') };
}

describe('help', () => {
  test.each(COMMANDS)('of %s shows its options and an example', async (name) => {
    for (const line of [`${name} --help`, `help ${name}`, `${name} --json -h`]) {
      const { status, printed, warned } = await run(line);
      expect({ status, warned }).toEqual({ status: 0, warned: '' });
      expect(printed).toContain(`Usage: npm run -s consilium -- ${name}`);
      expect(printed).toContain(`Example: npm run -s consilium -- ${name}`);
      expect(printed).toContain('--help');
    }
  });

  test('lists all commands, or those of a group', async () => {
    const { status, printed } = await run('--help');
    expect(status).toBe(0);
    for (const name of COMMANDS) expect(printed).toContain(`\n  ${name} `);
    const group = await run('client --help');
    expect(group.status).toBe(0);
    expect(group.printed).toContain('client disable');
    expect(group.printed).not.toContain('organization list');
  });

  test('is shown on the other channel when nothing was asked', async () => {
    const { status, printed, warned } = await run('');
    expect({ status, printed }).toEqual({ status: 2, printed: '' });
    expect(warned).toContain('client add');
  });
});

describe('a wrong command line says what is right', () => {
  test.each([
    ['organisation add', 'Did you mean organization add'],
    ['clint list', 'Did you mean client list'],
    ['tokn', 'Did you mean token'],
    ['nothing-like-it', 'There are serve, '],
    ['client', 'There are client add, client list, client disable.'],
    ['client list --jsn', 'Did you mean --json?'],
    ['client list -j', 'The options are --json, --help.'],
    ['client list --json=yes', '--json takes no value.'],
    ['client list all', '"all" is too much here.'],
    ['client disable', '--id ID is missing.'],
    ['client disable --id', '--id needs a value: --id ID'],
    ['client disable --id --json', '--id needs a value: --id ID'],
    ['client disable --id a --id b', '--id is given twice.'],
    ['client disable --id=', '--id needs a value'],
    ['organization add --id a', '--name NAME, --role ROLE are missing.'],
    ['organization add --id a --name b --role placr', 'not "placr". Did you mean placer?'],
    ['organization add --id a --name Two words --role placer', '"words" belongs to no option.'],
    ['organization set --id a', 'Give --name NAME, --validation HOW, or both.'],
    ['organization set --validation strict', '--id ID is missing.'],
    ['organization set --id a --validation laxly', '--validation is one of strict, lenient'],
    ['organization set --id a --role placer', 'There is no option --role.'],
    ['client add --id a --organization b --scope c', 'either --jwks FILE or --jwks-uri URL, and not both'],
    ['client add --id a --organization b --scope c --jwks d --jwks-uri e', 'and not both'],
    ['key generate --out a --alg RS256', '--alg is one of ES384, RS384'],
  ])('%s', async (line, hint) => {
    const { status, printed, warned } = await run(line);
    expect({ status, printed }).toEqual({ status: 2, printed: '' });
    expect(warned).toContain(hint);
    expect(warned).toContain('--help');
  });
});
