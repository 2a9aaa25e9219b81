import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { systemClock } from '../base/index.ts';
import { readCertificate } from '../keys/index.ts';
import { tellVerification, verifyDocument } from '../reports/index.ts';
import type { Verification } from '../reports/index.ts';
import { defineCommand } from './command.ts';
import { explainFile } from './files.ts';

export const verifyCommand = defineCommand({
  name: 'verify',
  summary: 'Says who signed a report, when, and what was altered since.',
  notes:
    'Comes with the software of the gateway, for who runs one. Needs no server, no database and no network. FILE is the\n' +
    'report as document Bundle in JSON, as it was received. Whom to trust is for you to say: ROOT is the certificate of the\n' +
    'gateway (https://GATEWAY/.well-known/consilium-report-root.pem), whose fingerprint you compared with the one that you\n' +
    'were told by another way. Whether a later report has taken the place of this one, or others may have the key by now,\n' +
    'the gateway alone knows: ask it with Bundle/$verify.',
  options: {
    file: { value: 'FILE', text: 'The signed document Bundle.', required: true, positional: true },
    pdf: { value: 'PDF', text: 'A letter: is it that of this document?' },
    trust: { value: 'ROOT', text: 'The certificate (PEM) that is trusted as root; several may be given.', many: true },
  },
  example: 'verify report.json --pdf report.pdf --trust consilium-report-root.pem',
  async run({ terminal, folder }, { file, pdf, trust }) {
    const text = await readText(folder, file);
    const roots = await Promise.all(trust.map((name) => readRoot(folder, name)));
    const letter = pdf === undefined ? {} : { pdf: await readBytes(folder, pdf) };
    const verification = await verifyDocument(text, { roots, now: systemClock(), ...letter });
    const [verdict, ...details] = tellVerification(verification);
    for (const line of [verdict!, ...tellUnknown(verification), ...details]) terminal.print(line);
    return verification.outcome === 'valid' ? undefined : 1;
  },
});

/** What a signature cannot say is said beside its verdict, so that nobody takes the one for the other. */
function tellUnknown({ outcome, document }: Verification): string[] {
  if (outcome === 'malformed' || outcome === 'unsigned' || document === undefined) return [];
  return [
    `Whether the programme has replaced or withdrawn it since is not known here: ask its gateway with Bundle/$verify, or at /verify/${document}.`,
  ];
}

async function readBytes(folder: string, name: string): Promise<Uint8Array> {
  return await readFile(resolve(folder, name)).catch((error: unknown) => {
    throw explainFile(name, error);
  });
}

/** Bytes that are no UTF-8 stay visible as such: the document is malformed then. */
async function readText(folder: string, name: string): Promise<string> {
  const bytes = await readBytes(folder, name);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error(`${name} is not text in UTF-8. Name the report as document Bundle in JSON.`);
  }
}

async function readRoot(folder: string, name: string): Promise<string> {
  const pem = await readText(folder, name);
  if ((await readCertificate(pem)) !== undefined) return pem;
  throw new Error(`${name} is no certificate in PEM.`);
}
