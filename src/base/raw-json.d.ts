// JSON.parse source text access (ECMAScript 2026), which TypeScript's own library does not declare yet.
interface RawJSON {
  readonly rawJSON: string;
}

interface JSON {
  rawJSON(text: string): RawJSON;
  isRawJSON(value: unknown): value is RawJSON;
  parse(
    text: string,
    reviver: (this: unknown, name: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown;
}
