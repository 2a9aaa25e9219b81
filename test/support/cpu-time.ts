/**
 * Milliseconds that this thread has computed so far. What is bounded by it is the work itself: on a machine that others
 * use, too, the clock on the wall says something else.
 */
export function cpuTime(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
