/**
 * Where an error was thrown, for the log: the frames without the message, which may quote data, and without the folders
 * of the machine.
 */
export function framesOf(error: Error): string {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 6)
    .map((line) => line.trim().replace(/\(?(?:file:\/\/)?\/\S*?\/(?=src\/|node_modules\/)/, '('))
    .join(' < ');
}
