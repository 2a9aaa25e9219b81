import { findMasterKey } from '../app.ts';
import { rotateServerKeys, SERVER_KEY_ALGS } from '../auth/index.ts';
import { systemClock } from '../base/index.ts';
import { defineCommand } from './command.ts';
import { withDatabase } from './connect.ts';

export const rotateKeysCommand = defineCommand({
  name: 'key rotate',
  summary: 'Lets other keys of the server sign its tokens from now on.',
  notes:
    'Servers that run follow at once, without a restart; one that cannot be reached at this moment within a minute. The\n' +
    'former keys stay published until all that they signed has expired (70 minutes), so nobody has to sign in anew.',
  options: {
    alg: {
      value: 'ALG',
      text: 'Which ones: of access tokens (ES384), of id_tokens (RS256), or all.',
      choices: [...SERVER_KEY_ALGS, 'all'],
      fallback: 'all',
    },
    compromised: {
      text: 'Somebody else may have the keys: they go at once, and all that they signed is refused from now on.',
    },
  },
  example: 'key rotate',
  async run(setting, { alg, compromised }) {
    const algs = SERVER_KEY_ALGS.filter((one) => alg === 'all' || alg === one);
    const rotated = await withDatabase(setting, async ({ config, owner }) => {
      const masterKey = await findMasterKey(config);
      if (masterKey === undefined) {
        throw new Error("There is no master key here. Set MASTER_KEY, or DATA_DIR to the server's folder.");
      }
      return await rotateServerKeys({ database: owner, masterKey, clock: systemClock, algs, compromised });
    });
    for (const { alg: name, kid, former } of rotated) {
      const fate = compromised ? 'is gone' : 'stays published for 70 minutes';
      setting.terminal.print(`${name}  ${kid} signs${former === undefined ? '' : `; ${former} ${fate}`}.`);
    }
    return undefined;
  },
});
