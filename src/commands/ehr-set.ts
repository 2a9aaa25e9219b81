import { EHR_KINDS, removeEhrConnection, setEhrConnection } from '../auth/index.ts';
import type { EhrRegistration } from '../auth/index.ts';
import { systemClock } from '../base/index.ts';
import { allowLoopback } from './client-keys.ts';
import { defineCommand, UsageError } from './command.ts';
import { withDatabase } from './connect.ts';

const NAME = 'ehr set';

export const setEhrCommand = defineCommand({
  name: NAME,
  summary: "Has issued reports written into a placer's own FHIR server.",
  notes:
    "What is given takes the place of what was there. The EHR's operator registers this server as a client of SMART\n" +
    'Backend Services whose keys are at PUBLIC_URL/auth/jwks (ES384 or RS384), and grants it to read Patient and\n' +
    'ServiceRequest and to write Bundle, Binary, DocumentReference and DiagnosticReport. Reports go to the record of the\n' +
    'patient whom the EHR knows by an identifier that it has sent with the case. The placer may set the same by\n' +
    'PUT /admin/organization/ehr.',
  options: {
    organization: { value: 'ID', text: 'The placer, as `organization list` shows it.', required: true },
    'base-url': { value: 'URL', text: 'The base of its FHIR R4 server.' },
    'client-id': { value: 'ID', text: 'What this server is called there. Without it no token is asked for.' },
    'token-url': { value: 'URL', text: 'Where tokens are given, if its .well-known/smart-configuration does not say.' },
    scope: { value: 'SCOPES', text: 'In quotation marks, if others are wanted there than those of SMART 2.' },
    only: {
      value: 'PART',
      text: 'One of what is written, of which there may be several.',
      choices: EHR_KINDS,
      many: true,
    },
    off: { text: 'Nothing is written there for now; reports that are issued meanwhile wait.' },
    remove: { text: 'It is forgotten, with what was to be written there.' },
  },
  example: 'ehr set --organization hospital-north --base-url https://ehr.example/fhir --client-id consilium',
  async run(setting, values) {
    const { organization, 'base-url': baseUrl, 'client-id': clientId, 'token-url': tokenUrl } = values;
    const { scope, only, off, remove } = values;
    const isSet = [baseUrl, clientId, tokenUrl, scope].some((value) => value !== undefined) || only.length > 0 || off;
    if (remove === isSet) throw new UsageError('Give --base-url URL with what belongs to it, or --remove alone.', NAME);
    if (!remove && baseUrl === undefined) throw new UsageError('Give --base-url URL, too.', NAME);
    const registration: EhrRegistration | undefined =
      baseUrl === undefined
        ? undefined
        : {
            baseUrl,
            ...(clientId === undefined ? {} : { clientId }),
            ...(tokenUrl === undefined ? {} : { tokenUrl }),
            ...(scope === undefined ? {} : { scope }),
            kinds: EHR_KINDS.filter((kind) => only.includes(kind)),
            enabled: !off,
          };
    await withDatabase(setting, async ({ config, database }) => {
      const allowedHosts = [baseUrl, tokenUrl].flatMap((url) => allowLoopback(config, url));
      const registry = {
        database,
        clock: systemClock,
        allowedHosts: [...config.outboundAllowedHosts, ...allowedHosts],
      };
      if (registration === undefined) await removeEhrConnection(registry, organization);
      else await setEhrConnection(registry, organization, registration);
    });
    setting.terminal.print(describe(organization, registration));
    return undefined;
  },
});

function describe(organization: string, registration: EhrRegistration | undefined): string {
  if (registration === undefined) return `${organization}: no reports are written into its FHIR server.`;
  const { baseUrl, kinds = [], enabled } = registration;
  if (enabled === false) return `${organization}: reports wait, and are not written into ${baseUrl}.`;
  const what = kinds.length === 0 ? 'document, letter and report' : kinds.join(' and ');
  return `${organization}: of each issued report ${what} will be written into ${baseUrl}.`;
}
