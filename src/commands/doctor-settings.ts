import { access, constants, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { randomCode } from '../base/index.ts';
import type { Config } from '../config.ts';
import type { Finding } from './finding.ts';
import { explainFile } from './files.ts';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const ANY = /^(0\.0\.0\.0|\[::\])$/;

/** Is PUBLIC_URL an address that partners can call, and that tokens are safe on? */
export function checkPublicUrl({ publicUrl }: Config): Finding {
  const check = 'public URL';
  const { protocol, hostname, port } = new URL(publicUrl);
  if (ANY.test(hostname)) {
    return {
      check,
      text: `${publicUrl} is no address that can be called.`,
      mend: 'Set PUBLIC_URL to the one that partners use.',
    };
  }
  if (port === '0') {
    return {
      check,
      text: 'PORT=0 leaves the port to chance.',
      mend: 'Set PORT, or PUBLIC_URL when a proxy stands in front.',
    };
  }
  if (LOOPBACK.test(hostname)) return { check, text: `${publicUrl} (this machine only)` };
  if (protocol === 'https:') return { check, text: publicUrl };
  return {
    check,
    text: `${publicUrl}: by plain http, tokens and records can be read on their way.`,
    mend: 'Set PUBLIC_URL to an https address.',
  };
}

/** Can DATA_DIR be written to, or be made? Is the master key in it nobody else's? */
export async function checkDataFolder({ dataDir, masterKeyFile }: Config): Promise<Finding[]> {
  const check = 'data folder';
  try {
    const made = await isThere(dataDir);
    if (made) await tryWriting(dataDir);
    else await access(await nearestThere(dataDir), constants.W_OK);
    const finding = { check, text: made ? dataDir : `${dataDir} (made at the first start)` };
    return [finding, ...(await checkKeyFile(masterKeyFile))];
  } catch (error) {
    const mend = 'Give the folder to the user that runs Consilium, or set DATA_DIR to another.';
    return [{ check, text: explainFile(dataDir, error).message, mend }];
  }
}

/** Who may write is asked by writing: file systems that are read-only or full say so only then. */
async function tryWriting(folder: string): Promise<void> {
  const probe = join(folder, `.doctor-${randomCode(8)}`);
  await writeFile(probe, 'x', { flag: 'wx' });
  await rm(probe);
}

async function nearestThere(path: string): Promise<string> {
  return (await isThere(path)) ? path : await nearestThere(dirname(path));
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}

async function checkKeyFile(file: string): Promise<Finding[]> {
  // Windows keeps rights elsewhere.
  if (process.platform === 'win32' || !(await isThere(file)) || ((await stat(file)).mode & 0o077) === 0) return [];
  return [{ check: 'master key', text: `${file} can be read by other users.`, mend: `chmod 600 ${file}` }];
}
