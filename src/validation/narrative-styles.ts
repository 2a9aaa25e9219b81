/*
 * Styles of a narrative, "for visual formatting" alone (http://hl7.org/fhir/R4/narrative.html#styling): what is allowed is
 * listed, as CSS goes on finding new ways to load things, and to lay one thing over another.
 */

const PROPERTY = new RegExp(
  '^(?:background(?:-(?:attachment|color|image|position|repeat|size))?|(?:border|font|margin|padding|text)(?:-[a-z]+)*|' +
    '(?:(?:max|min)-)?(?:width|height)|list-style(?:-(?:position|type))?|word-(?:break|spacing|wrap)|' +
    'overflow(?:-wrap|-x|-y)?|page-break-(?:after|before|inside)|caption-side|clear|color|cursor|direction|display|' +
    'empty-cells|float|hyphens|letter-spacing|line-height|opacity|orphans|quotes|tab-size|table-layout|unicode-bidi|' +
    'vertical-align|visibility|white-space|widows)$',
);
/** A function, by its name; what has none is none either. */
const FUNCTION = /([a-z0-9_-]*)\s*\(/gi;
const COLOURS = new Set(['rgb', 'rgba', 'hsl', 'hsla']);
/** Escapes and comments would hide what is meant; braces and "@" begin what is no declaration. */
const HIDING = /[\\&@{}<]|\/\*/;
/** Pictures that stand in the style itself load nothing: HL7's own tools draw the lines of their trees with them. */
const INLINE_PICTURE = /url\(\s*(['"]?)data:\s*image\/(?:png|jpeg|gif);base64,[A-Za-z0-9+/=]*\1\s*\)/gi;
const DECLARATION = /^\s*([a-z-]+)\s*:([^:]*)$/i;

/** What is wrong with the value of a style attribute, and how to mend it. */
export function findStyleFault(style: string): string | undefined {
  if (HIDING.test(style)) return 'Styles have no escapes, comments, rules or character references. Leave that out.';
  const declarations = style.replace(INLINE_PICTURE, 'picture').split(';');
  for (const declaration of declarations) {
    if (declaration.trim() === '') continue;
    const [, property = '', value = ''] = DECLARATION.exec(declaration) ?? [];
    if (!PROPERTY.test(property.toLowerCase())) {
      return 'Styles are for formatting alone: fonts, colours, borders, spaces, sizes and the like, each as name: value.';
    }
    for (const [, name = ''] of value.matchAll(FUNCTION)) {
      if (!COLOURS.has(name.toLowerCase())) {
        return 'Styles load and run nothing. Of functions there are rgb(), rgba(), hsl(), hsla(), and url() of data:image/png, jpeg or gif.';
      }
    }
  }
  return undefined;
}
