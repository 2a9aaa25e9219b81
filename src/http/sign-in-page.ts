import type { Request, ResponseObject, ResponseToolkit } from '@hapi/hapi';
import type { Sessions } from '../auth/index.ts';
import { renderSignIn } from '../pages/index.ts';
import type { SignInPage } from '../pages/index.ts';
import { replyPage } from './page.ts';
import { headerOf } from './request.ts';

/** What was wrong with a form before, and what it said. */
export interface Before {
  readonly problem?: string;
  readonly retryAfterSeconds?: number;
  readonly login?: string;
}

/** In place of a page that somebody has to be signed in for; its form is sent to that page's own address. */
export function replySignIn(
  h: ResponseToolkit,
  sessions: Sessions,
  frame: Pick<SignInPage, 'language' | 'stylesheet' | 'address' | 'action'>,
  before: Before,
): ResponseObject {
  const { problem, login, retryAfterSeconds } = before;
  const page = renderSignIn({
    ...frame,
    csrf: sessions.csrf(),
    ...(login === undefined ? {} : { login }),
    ...(problem === undefined ? {} : { problem: problem as never }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
  const response = replyPage(h, page, statusOf(before));
  return retryAfterSeconds === undefined ? response : response.header('retry-after', String(retryAfterSeconds));
}

export function statusOf({ problem }: Before): number {
  return problem === undefined ? 200 : problem === 'throttled' ? 429 : 400;
}

/** A form that another site sends signs nobody in. Without Referer, Origin says nothing. https://www.w3.org/TR/fetch-metadata/ */
export function isSentFromElsewhere(request: Request): boolean {
  return /^(cross|same)-site$/.test(headerOf(request, 'sec-fetch-site') ?? '');
}
