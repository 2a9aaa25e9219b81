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
  'programme check',
  'programme set',
  'programme show',
  'programme list',
  'client add',
  'client set',
  'client approve',
  'client list',
  'client disable',
  'user add',
  'user set',
  'user list',
  'user disable',
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
    ['client', 'There are client add, client set, client approve, client list, client disable.'],
    ['client list --jsn', 'Did you mean --json?'],
    ['client list -j', 'The options are --organization, --json, --help.'],
    ['client list --json=yes', '--json takes no value.'],
    ['migrate all', '"all" is too much here.'],
    ['client list all', '"all" belongs to no option.'],
    ['client disable', '--id ID is missing.'],
    ['client disable --id', '--id needs a value: --id ID'],
    ['client disable --id --json', '--id needs a value: --id ID'],
    ['client disable --id a --id b', '--id is given twice.'],
    ['client disable --id=', '--id needs a value'],
    ['organization add --id a', '--name NAME, --role ROLE are missing.'],
    ['organization add --id a --name b --role placr', 'not "placr". Did you mean placer?'],
    ['organization add --id a --name Two words --role placer', '"words" belongs to no option.'],
    ['organization set --id a', 'Say what is to change: --name NAME, --validation HOW, --oidc-issuer URL'],
    ['organization set --id a --oidc-issuer b', 'Give --oidc-issuer URL and --oidc-client-id ID together.'],
    ['organization set --id a --oidc-client-secret-file b', 'Give --oidc-issuer URL and --oidc-client-id ID together.'],
    ['organization set --id a --no-oidc --oidc-issuer b --oidc-client-id c', 'and not both'],
    ['organization set --validation strict', '--id ID is missing.'],
    ['organization set --id a --validation laxly', '--validation is one of strict, lenient'],
    ['organization set --id a --role placer', 'There is no option --role.'],
    ['client add --id a --organization b --scope c', 'either --jwks FILE or --jwks-uri URL, and not both'],
    ['client add --id a --organization b --scope c --jwks d --jwks-uri e', 'and not both'],
    ['client add --id a --organization b --scope c --public', '--public and --secret are for apps'],
    [
      'client add --id a --organization b --scope c --app',
      'Give one of --public, --secret, --jwks FILE and --jwks-uri',
    ],
    ['client add --id a --organization b --scope c --app --public --secret', 'Give one of --public, --secret'],
    ['client set --id a', 'Say what is to change'],
    ['client set --id a --new-secret --jwks b', 'Give one of --jwks FILE, --jwks-uri URL and --new-secret.'],
    ['user add --organization a --login b --name c', 'Give one of --practitioner REF, --create, --patient REF'],
    ['user add --organization a --login b --name c --patient Patient/d --create', 'Give one of --practitioner REF'],
    ['user add --organization a --login b --name c --patient d', 'Write Patient/ID, not "d".'],
    ['user set --login a', 'Say what is to change'],
    ['user set --login a --new-password --password-file b', 'and not both'],
    ['user set --login a --subject b --no-subject', 'and not both'],
    ['user disable', '--login LOGIN is missing.'],
    ['key generate --out a --alg RS256', '--alg is one of ES384, RS384'],
  ])('%s', async (line, hint) => {
    const { status, printed, warned } = await run(line);
    expect({ status, printed }).toEqual({ status: 2, printed: '' });
    expect(warned).toContain(hint);
    expect(warned).toContain('--help');
  });
});
