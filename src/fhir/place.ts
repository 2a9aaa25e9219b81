/**
 * Positions of a text in words. Lines and columns count from 1; a column is one UTF-16 unit, as in most editors. Goes
 * on from the place told last: many problems of a large document would otherwise count its lines as many times.
 */
export class Places {
  private readonly text: string;
  private line = 1;
  private start = 0;

  constructor(text: string) {
    this.text = text;
  }

  tell(at: number): string {
    if (at < this.start) {
      this.line = 1;
      this.start = 0;
    }
    for (let end = this.nextLineEnd(); end >= 0 && end < at; end = this.nextLineEnd()) {
      this.line += 1;
      this.start = end + 1;
    }
    return `line ${this.line}, column ${at - this.start + 1}`;
  }

  private nextLineEnd(): number {
    return this.text.indexOf('\n', this.start);
  }
}

/** One position of a text in words: `line 3, column 12`. */
export function tellPlace(text: string, at: number): string {
  return new Places(text).tell(at);
}
