import type { Issue } from '../base/index.ts';
import { problem } from './registry.ts';

const ADDRESSES_MOST = 10;
const CHARACTERS_MOST = 2_000;
const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);
/** Of an installed app: a name that its maker owns, turned round. https://www.rfc-editor.org/rfc/rfc8252#section-7.1 */
const PRIVATE_SCHEME = /^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:$/;

/**
 * What is wrong with the addresses that an app's answers go to. They are compared letter by letter later, so each has to
 * be written in the one way in which browsers write it. `isPublic`: the app keeps no secret, as one that is installed.
 * https://www.rfc-editor.org/rfc/rfc9700#section-4.1
 */
export function checkRedirectUris(uris: readonly string[], isPublic: boolean): Issue[] {
  if (uris.length === 0) {
    return [problem('required', 'redirect-missing', 'An app has at least one redirect URI.', 'redirectUris')];
  }
  if (uris.length > ADDRESSES_MOST) {
    const text = `An app has ${ADDRESSES_MOST} redirect URIs at most. Let the app keep in its state where it goes from there.`;
    return [problem('value', 'redirect-many', text, 'redirectUris')];
  }
  const twice = uris.filter((uri, at) => uris.indexOf(uri) !== at);
  if (twice.length > 0) {
    return [problem('value', 'redirect-twice', 'A redirect URI is given twice. Give it once.', 'redirectUris')];
  }
  return uris.flatMap((uri, at) => {
    const what = describeFault(uri, isPublic);
    return what === undefined ? [] : [problem('value', 'redirect-uri', what, `redirectUris[${at}]`)];
  });
}

/** What is wrong with the address at which an EHR opens an app. */
export function checkLaunchUri(uri: string): Issue[] {
  const what = describeFault(uri, false);
  return what === undefined ? [] : [problem('value', 'launch-uri', what, 'launchUri')];
}

function describeFault(uri: string, isPublic: boolean): string | undefined {
  if (uri.length > CHARACTERS_MOST) return `An address has ${CHARACTERS_MOST} characters at most.`;
  const url = URL.parse(uri);
  if (url === null) return 'Write the whole address, such as https://app.example/callback.';
  if (uri.includes('*')) return 'Addresses are compared letter by letter: write each in full, without *.';
  if (uri.includes('#')) return 'Write the address without a fragment (#).';
  if (url.username !== '' || url.password !== '') return 'Write the address without user name and password.';
  const what = describeScheme(url, isPublic);
  if (what !== undefined) return what;
  return url.href === uri ? undefined : `Write the address as browsers do: ${url.href}`;
}

function describeScheme({ protocol, hostname }: URL, isPublic: boolean): string | undefined {
  if (protocol === 'https:') return undefined;
  if (protocol === 'http:') {
    return LOOPBACK.has(hostname)
      ? undefined
      : 'Use https: plain http is for this machine alone (127.0.0.1, [::1], localhost).';
  }
  if (!PRIVATE_SCHEME.test(protocol)) {
    return 'Use https, or for an installed app a scheme of its own with a point in it, such as com.example.app:/callback.';
  }
  return isPublic
    ? undefined
    : 'A scheme of its own is for an installed app, which keeps no secret: register it as public.';
}

/**
 * What is wrong with an address of another server that this one is to call or to trust; by plain http only the hosts
 * that are allowed. `what`: how the sentence begins.
 */
export function checkServerAddress(
  uri: string,
  allowedHosts: readonly string[],
  { what, key, field }: { readonly what: string; readonly key: string; readonly field: string },
): Issue[] {
  const url = URL.parse(uri);
  const isBare = url !== null && url.username === '' && url.password === '' && !uri.includes('#');
  const isAllowed = (host: string): boolean => allowedHosts.includes(host);
  const isReached =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && [url.host, url.hostname].some(isAllowed));
  if (isBare && isReached && uri.length <= CHARACTERS_MOST) return [];
  return [problem('value', key, `${what} is an absolute https URL without user name and fragment.`, field)];
}
