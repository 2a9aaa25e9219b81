import type { Answer, Partner } from '../support/house.ts';

/** A client that keeps up with one resource type by polling, as the documentation tells it to. */
export class Poller {
  /** Versions come across: `Type/id@version`. */
  readonly seen = new Set<string>();
  /** From when on to ask next time: the meta.lastUpdated of the first page of the poll before. */
  since: string | undefined;
  /** The newest meta.lastUpdated of any version seen: what a client that knows no better would ask from. */
  newest: string | undefined;
  polls = 0;
  readonly #partner: Partner;
  readonly #type: string;

  constructor(partner: Partner, type: string) {
    this.#partner = partner;
    this.#type = type;
  }

  /** Reads all pages of what changed since the last time; returns how many versions were new. */
  async poll(): Promise<number> {
    const before = this.seen.size;
    const from = this.since === undefined ? '' : `&_lastUpdated=ge${encodeURIComponent(this.since)}`;
    let url: string | undefined = `/${this.#type}?_count=500${from}`;
    let since: string | undefined;
    while (url !== undefined) {
      const page: Answer = await this.#partner.fetch('GET', url);
      if (page.status !== 200) throw new Error(`the poll was answered ${page.status}: ${page.text}`);
      since ??= page.body.meta.lastUpdated as string;
      for (const { resource } of (page.body.entry ?? []) as {
        resource: { id: string; meta: { versionId: string; lastUpdated: string } };
      }[]) {
        this.seen.add(`${this.#type}/${resource.id}@${resource.meta.versionId}`);
        if (this.newest === undefined || resource.meta.lastUpdated > this.newest)
          this.newest = resource.meta.lastUpdated;
      }
      url = (page.body.link as { relation: string; url: string }[]).find((link) => link.relation === 'next')?.url;
    }
    this.since = since;
    this.polls += 1;
    return this.seen.size - before;
  }
}
