import type { Config } from '../config.ts';
import { readJsonFile } from './files.ts';

/** The public keys in a file, as they are to be registered. @throws Error that says which file is the right one */
export async function readPublicKeys(folder: string, file: string): Promise<unknown> {
  const value = await readJsonFile(folder, file);
  if (typeof value === 'object' && value !== null && 'kty' in value && !('keys' in value)) {
    throw new Error(
      `${file} is a single key${'d' in value ? ', and the private one, which stays with the client' : ''}. ` +
        `Register the set of its public keys: ${file}.jwks.json, when \`key generate\` made it.`,
    );
  }
  return value;
}

/** Hosts that are called though they are none of the internet's: while developing, others may be on this machine. */
export function allowLoopback(
  { production, outboundAllowedHosts }: Config,
  uri: string | undefined,
): readonly string[] {
  const url = URL.parse(uri ?? '');
  const isAllowed = !production && url !== null && ['127.0.0.1', 'localhost'].includes(url.hostname);
  return isAllowed ? [...outboundAllowedHosts, url.host] : outboundAllowedHosts;
}
