import type { ResponseObject, ResponseToolkit } from '@hapi/hapi';
import type { Fault } from '../base/index.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

/** Plain JSON that nobody on the way may keep. */
export function replyJson(h: ResponseToolkit, value: unknown, status = 200): ResponseObject {
  const response = h.response(value === undefined ? '' : JSON.stringify(value)).code(status);
  if (value !== undefined) response.type(JSON_TYPE);
  return response.header('cache-control', 'no-store').header('pragma', 'no-cache');
}

/**
 * A refusal as OAuth has them, with each thing that is wrong, its place and how to mend it.
 * https://www.rfc-editor.org/rfc/rfc6749#section-5.2 https://www.rfc-editor.org/rfc/rfc7591#section-3.2.2
 */
export function replyRefusal(h: ResponseToolkit, { status, issues, headers }: Fault): ResponseObject {
  // The section allows no quotation mark, no backslash and nothing but ASCII here.
  const description = issues.map(({ text }) => text).join(' ');
  const body = {
    error: errorOf(status, issues[0]?.key ?? ''),
    error_description: description.replaceAll('"', "'").replace(/[^\x20-\x7e]|\\/g, '?'),
    issues: issues.map(({ key, expression, text }) => ({
      key,
      ...(expression === undefined ? {} : { field: expression }),
      text,
    })),
  };
  const response = replyJson(h, body, status);
  for (const [name, value] of Object.entries(headers)) response.header(name, value);
  return response;
}

const ERRORS: Readonly<Record<number, string>> = {
  401: 'invalid_token',
  403: 'access_denied',
  404: 'not_found',
  405: 'method_not_allowed',
  409: 'conflict',
  500: 'server_error',
  503: 'temporarily_unavailable',
  504: 'temporarily_unavailable',
};

function errorOf(status: number, key: string): string {
  if (key === 'scope-admin') return 'insufficient_scope';
  if (status !== 422) return ERRORS[status] ?? 'invalid_request';
  return key.startsWith('redirect-') ? 'invalid_redirect_uri' : 'invalid_request';
}
