import { findPerson, makePassword, setPerson } from '../auth/index.ts';
import { systemClock } from '../base/index.ts';
import { defineCommand, UsageError } from './command.ts';
import { withDatabase } from './connect.ts';
import { readSecret } from './files.ts';

const NAME = 'user set';

export const setUserCommand = defineCommand({
  name: NAME,
  summary: 'Changes the name, password, subject or patients of somebody who signs in.',
  notes: 'With another password, or other patients, all that the person granted to apps ends.',
  options: {
    login: { value: 'LOGIN', text: 'As `user list` shows it.', required: true },
    name: { value: 'NAME', text: 'As pages show it.' },
    'password-file': { value: 'FILE', text: 'Holds the password; - reads it from standard input. Or' },
    'new-password': { text: 'another password, which is made and shown.' },
    subject: { value: 'SUB', text: 'Who it is at the identity provider of the organisation (sub), or' },
    'no-subject': { text: 'nobody there any more.' },
    for: { value: 'REF', text: 'Patient/ID: for whom a caregiver stands now; several may be given.', many: true },
  },
  example: 'user set --login an.tran --new-password',
  async run(setting, values) {
    const { login, name, subject, 'no-subject': noSubject, 'password-file': file, 'new-password': renew } = values;
    if (file !== undefined && renew)
      throw new UsageError('Give --password-file FILE or --new-password, and not both.', NAME);
    if (subject !== undefined && noSubject)
      throw new UsageError('Give --subject SUB or --no-subject, and not both.', NAME);
    const made = renew ? makePassword() : undefined;
    const password = file === undefined ? made : await readSecret(setting.folder, file);
    const change = {
      ...(name === undefined ? {} : { name }),
      ...(password === undefined ? {} : { password }),
      ...(noSubject ? { subject: null } : subject === undefined ? {} : { subject }),
      ...(values.for.length === 0 ? {} : { patients: values.for }),
    };
    if (Object.keys(change).length === 0) {
      throw new UsageError('Say what is to change: --name, --password-file, --new-password, --subject, --for.', NAME);
    }
    await withDatabase(setting, async ({ database }) => {
      const registry = { database, clock: systemClock };
      const { id } = await findPerson(registry, login);
      await setPerson(registry, id, change);
    });
    setting.terminal.print(`${login} is changed.`);
    if (made !== undefined) setting.terminal.print(`The password, shown this once: ${made}`);
    return undefined;
  },
});
