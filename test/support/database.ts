import { randomCode } from '../../src/base/index.ts';
import { announcedServer, execute, urlOfDatabase } from './server.ts';

/**
 * A migrated database of its own for a test file, empty, or with the guide published. `drop`
 * also closes the connections that are left.
 */
export async function createTestDatabase(
  template: 'template' | 'publishedTemplate' = 'template',
): Promise<{ url: string; drop: () => Promise<void> }> {
  const server = announcedServer();
  const name = `test_${randomCode(10).toLowerCase()}`;
  await execute(server.url, `create database ${name} template ${server[template]} strategy file_copy`);
  return {
    url: urlOfDatabase(server.url, name),
    drop: () => execute(server.url, `drop database ${name} with (force)`),
  };
}
