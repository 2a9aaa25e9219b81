import type { Dispatcher } from 'undici';

/**
 * As libraries call that do so by themselves: with the `fetch` of Node, and the dispatcher that they are handed. What carries
 * its own content (`data:`) is called by nobody.
 */
export async function callAsLibrary(dispatcher: Dispatcher, url: string, request: RequestInit = {}): Promise<Response> {
  if (/^(data|blob):/.test(url)) throw new TypeError('There is nobody to be called.');
  // The types of the two releases differ, the one of Node and ours; what matters does not.
  return await fetch(url, { ...request, ...({ dispatcher } as object) });
}
