/** A process that uses the embedded server until its input closes; for tests that kill it. Prints the address. */
import { silentLogger } from '../../src/base/index.ts';
import { startEmbedded } from '../../src/store/embedded/index.ts';

const { url, stop } = await startEmbedded({ dataDir: process.argv[2] ?? '', logger: silentLogger });
process.stdout.write(`${url}\n`);
process.stdin.resume().once('end', () => void stop());
