import { clusterAt } from './cluster.ts';
import { claimServer } from './lease.ts';
import { stopServer } from './server.ts';
import { removeEphemeral, type Watched } from './watch.ts';

/**
 * The process beside a process that uses the embedded server. Its input closes when that one is gone, however it went;
 * the server is then stopped unless another process has a share in it. Anything written to the input dismisses it.
 */
const GRACE_MS = 2_000;

const watched = JSON.parse(process.argv[2] ?? '') as Watched;
for await (const _dismissal of process.stdin) process.exit(0);

const cluster = clusterAt(watched.place);
const claim = await claimServer(cluster, GRACE_MS);
if (claim) {
  await stopServer(cluster, watched.control, watched.account);
  await claim.close();
}
if (watched.ephemeral) await removeEphemeral(watched);
