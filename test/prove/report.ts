import { styleText } from 'node:util';

/** What a proof found, told as it goes. */
export class Report {
  #passed = 0;
  #failed = 0;

  say(text: string): void {
    process.stdout.write(`${text}\n`);
  }

  /** One claim; `detail` is told when it does not hold. */
  check(claim: string, holds: boolean, detail = ''): void {
    if (holds) this.#passed += 1;
    else this.#failed += 1;
    const mark = holds ? styleText('green', 'ok  ') : styleText('red', 'FAIL');
    this.say(`${mark} ${claim}${holds || detail === '' ? '' : `: ${detail}`}`);
  }

  /** The last line; returns the exit status. */
  end(): number {
    this.say(`${this.#passed} passed, ${this.#failed} failed`);
    return this.#failed === 0 ? 0 : 1;
  }
}
