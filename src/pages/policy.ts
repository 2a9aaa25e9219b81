/**
 * What a page may do: be styled, and send its forms here and to where its person goes on. Browsers hold the redirects that
 * answer a form to the same rule. https://www.w3.org/TR/CSP3/#directive-form-action
 */
export function pagePolicy(returnsTo?: string): string {
  const form = ["'self'", ...sourceOf(returnsTo)].join(' ');
  return `default-src 'none'; style-src 'self'; form-action ${form}; frame-ancestors 'none'; base-uri 'none'`;
}

function sourceOf(address: string | undefined): string[] {
  const url = address === undefined ? null : URL.parse(address);
  if (url === null) return [];
  return [url.origin === 'null' ? url.protocol : url.origin];
}
