import { describe, expect, test } from '@jest/globals';
import { checkLaunchUri, checkRedirectUris } from '../../src/auth/registration-addresses.ts';

describe('18 a redirect URI', () => {
  test.each([
    'https://app.test/callback',
    'https://app.test/',
    'https://app.test:8443/a/b?tenant=north',
    'https://xn--bcher-kva.test/callback',
    'http://127.0.0.1:4000/callback',
    'http://[::1]:4000/callback',
    'http://localhost/callback',
  ])('may be %s', (uri) => {
    expect(checkRedirectUris([uri], false)).toEqual([]);
    expect(checkRedirectUris([uri], true)).toEqual([]);
    expect(checkLaunchUri(uri)).toEqual([]);
  });

  test.each(['com.example.app:/callback', 'com.example.app://callback'])('of an installed app may be %s', (uri) => {
    expect(checkRedirectUris([uri], true)).toEqual([]);
    expect(checkRedirectUris([uri], false)).toMatchObject([{ key: 'redirect-uri', expression: 'redirectUris[0]' }]);
    expect(checkLaunchUri(uri)).toMatchObject([{ key: 'launch-uri', expression: 'launchUri' }]);
  });

  test.each([
    ['', 'whole address'],
    ['/callback', 'whole address'],
    ['app.test/callback', 'whole address'],
    ['https://', 'whole address'],
    ['https://app.test', 'as browsers do: https://app.test/'],
    ['HTTPS://app.test/', 'as browsers do: https://app.test/'],
    ['https://APP.test/', 'as browsers do: https://app.test/'],
    ['https://app.test:443/', 'as browsers do: https://app.test/'],
    ['https://app.test/a/../b', 'as browsers do: https://app.test/b'],
    ['https://app.test/%2e%2e/b', 'as browsers do: https://app.test/b'],
    ['https://app.test\\evil/', 'as browsers do: https://app.test/evil/'],
    ['https:app.test/', 'as browsers do'],
    [' https://app.test/', 'as browsers do'],
    ['https://app.test/\n', 'as browsers do'],
    ['https://app.test/a b', 'as browsers do: https://app.test/a%20b'],
    ['https://bücher.test/', 'as browsers do: https://xn--bcher-kva.test/'],
    ['https://app.test/#', 'without a fragment'],
    ['https://app.test/#token', 'without a fragment'],
    ['https://app@evil.test/', 'without user name'],
    ['https://app:secret@evil.test/', 'without user name'],
    ['https://*.app.test/', 'without *'],
    ['https://app.test/*', 'without *'],
    ['http://app.test/', 'Use https'],
    ['http://127.0.0.1.evil.test/', 'Use https'],
    ['http://localhost.evil.test/', 'Use https'],
    ['http://10.0.0.1/', 'Use https'],
    ['javascript:alert(1)', 'scheme of its own'],
    ['data:text/html,x', 'scheme of its own'],
    ['file:///etc/passwd', 'scheme of its own'],
    ['urn:ietf:wg:oauth:2.0:oob', 'scheme of its own'],
    ['myapp:/callback', 'scheme of its own'],
    ['blob:https://app.test/x', 'scheme of its own'],
    [`https://app.test/${'a'.repeat(2000)}`, '2000 characters'],
  ])('is not %j', (uri, mend) => {
    const [issue, ...more] = checkRedirectUris([uri], true);
    expect(more).toEqual([]);
    expect(issue).toMatchObject({ key: 'redirect-uri', expression: 'redirectUris[0]' });
    expect(issue!.text).toContain(mend);
    // What may not be answered to may not be opened either.
    expect(checkLaunchUri(uri)).toHaveLength(1);
  });

  test('is there once, and ten times at most', () => {
    const uris = Array.from({ length: 11 }, (_, n) => `https://app.test/${n}`);
    expect(checkRedirectUris(uris.slice(1), false)).toEqual([]);
    expect(checkRedirectUris(uris, false)).toMatchObject([{ key: 'redirect-many' }]);
    expect(checkRedirectUris([], false)).toMatchObject([{ key: 'redirect-missing' }]);
    expect(checkRedirectUris([uris[0]!, uris[0]!], false)).toMatchObject([{ key: 'redirect-twice' }]);
  });

  test('is told with its place among others', () => {
    const issues = checkRedirectUris(['https://app.test/', 'http://app.test/', 'app'], false);
    expect(issues.map(({ expression }) => expression)).toEqual(['redirectUris[1]', 'redirectUris[2]']);
  });
});
