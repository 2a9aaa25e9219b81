import { rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { generateKey } from '../keys/index.ts';
import type { SigningAlgorithm } from '../keys/index.ts';
import { defineCommand } from './command.ts';
import { explainFile } from './files.ts';
import { PROGRAM } from './help.ts';

export const generateKeyCommand = defineCommand({
  name: 'key generate',
  summary: "Makes a client's key pair.",
  notes:
    'The private key (a JWK) is for the client alone: FILE can be read by its owner only. The public half lies beside it\n' +
    'as FILE.jwks.json, a JSON Web Key Set to be registered with `client add --jwks`. Nothing is overwritten.',
  options: {
    out: { value: 'FILE', text: 'Where the private key goes.', required: true },
    alg: {
      value: 'ALG',
      text: 'What it signs with: ES384 (P-384) or RS384 (RSA, 3072 bits).',
      choices: ['ES384', 'RS384'],
      fallback: 'ES384',
    },
  },
  example: 'key generate --out ehr.key.json',
  async run({ terminal, folder }, { out, alg }) {
    const { privateJwk, publicJwk } = await generateKey(alg as SigningAlgorithm);
    const publicOut = `${out}.jwks.json`;
    const path = resolve(folder, out);
    await writeNew(out, path, privateJwk, 0o600);
    try {
      await writeNew(publicOut, resolve(folder, publicOut), { keys: [publicJwk] }, 0o644);
    } catch (error) {
      await rm(path);
      throw error;
    }
    terminal.print(`Private key  ${out} (${alg}; keep it secret)`);
    terminal.print(`Public keys  ${publicOut}`);
    terminal.print(`Key id       ${publicJwk.kid}`);
    terminal.print(
      `Next: ${PROGRAM} client add --id ID --organization ORG --scope "system/*.cruds" --jwks ${publicOut}`,
    );
    return undefined;
  },
});

async function writeNew(name: string, path: string, value: unknown, mode: number): Promise<void> {
  const text = `${JSON.stringify(value, null, 2)}\n`;
  await writeFile(path, text, { mode, flag: 'wx', flush: true }).catch((error: unknown) => {
    throw explainFile(name, error);
  });
}
