const PLACE = /\{(\w+)\}/;

/** Puts values into the places of a text: `fill('{verbs} {things}', …)`. Values are not looked at again. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return fillWith(text, values).join('');
}

/** The same with values of any kind, elements of a page among them. A place without a value is the writer's mistake. */
export function fillWith<Value>(text: string, values: Readonly<Record<string, Value>>): (string | Value)[] {
  // Splitting by a group leaves texts at even positions and the names of places at odd ones.
  return text.split(PLACE).map((part, position) => {
    if (position % 2 === 0) return part;
    const value = values[part];
    if (value === undefined) throw new Error(`No value for {${part}} of a page's text.`);
    return value;
  });
}
