import { createHash } from 'node:crypto';

/**
 * How the pages look: system fonts, nothing to load, phone first. Colours are named once and swapped for the dark; each
 * pair of text and ground has a contrast of 4.5 or more, each edge of a control 3 or more (WCAG 2.2, AA), which the
 * browser tests compute.
 */
export const STYLESHEET = `:root {
  color-scheme: light dark;
  --ground: #eef3f3;
  --surface: #ffffff;
  --ink: #12262b;
  --soft-ink: #4a5d63;
  --line: #d5dfe1;
  --edge: #6a7f86;
  --accent: #0b6470;
  --accent-deep: #084b55;
  --on-accent: #ffffff;
  --tint: #e3f0f1;
  --focus: #1d4ed8;
  --caution: #6b4a00;
  --caution-ground: #fdf4dc;
  --caution-edge: #a87400;
  --danger: #9f1b12;
  --danger-ground: #fdeeec;
  --good: #14603a;
  --good-ground: #e6f5ec;
}

@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0d1618;
    --surface: #152125;
    --ink: #e8f0f1;
    --soft-ink: #a9babf;
    --line: #2b3b40;
    --edge: #7d9299;
    --accent: #6accd6;
    --accent-deep: #93dfe7;
    --on-accent: #06262b;
    --tint: #1a3236;
    --focus: #8fb4ff;
    --caution: #f2cf7d;
    --caution-ground: #2c2512;
    --caution-edge: #c2953a;
    --danger: #ffaba2;
    --danger-ground: #321a18;
    --good: #8fdcb0;
    --good-ground: #14291e;
  }
}

*, *::before, *::after { box-sizing: border-box; }

html {
  background: var(--ground);
  -webkit-text-size-adjust: 100%;
  text-size-adjust: 100%;
}

p, dd, li { text-wrap: pretty; }

body {
  margin: 0 auto;
  padding: 1.25rem 1rem 2rem;
  max-width: 30rem;
  min-height: 100vh;
  min-height: 100svh;
  display: flex;
  flex-direction: column;
  color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "PingFang SC", "Microsoft YaHei",
    "Noto Sans CJK SC", sans-serif;
  overflow-wrap: anywhere;
}

body.wide { max-width: 42rem; }

h1, h2, p, dl, dd, ul, fieldset { margin: 0; padding: 0; }
h1 { font-size: 1.625rem; line-height: 1.25; font-weight: 650; letter-spacing: -0.01em; text-wrap: balance; }
h2 { font-size: 1.0625rem; line-height: 1.35; font-weight: 650; }
:lang(zh) :is(h1, h2, legend, label, .organization) { letter-spacing: 0; }

header { display: flex; align-items: center; gap: 0.75rem; padding: 0 0.25rem 1.25rem; }
.mark { flex: none; fill: none; stroke: var(--accent); stroke-width: 2.25; }
.mark path { fill: var(--accent); stroke: none; }
.organization { font-size: 1.1875rem; font-weight: 650; line-height: 1.3; }
.product { color: var(--soft-ink); font-size: 0.875rem; }

main {
  background: var(--surface);
  border: 1px solid var(--line);
  border-radius: 1rem;
  padding: 1.5rem 1.25rem;
  box-shadow: 0 1px 2px rgb(12 38 43 / 6%), 0 8px 24px rgb(12 38 43 / 6%);
  display: grid;
  grid-template-columns: minmax(0, 1fr);
  gap: 1.25rem;
}

footer { margin-top: auto; padding: 1.5rem 0.25rem 0; color: var(--soft-ink); font-size: 0.875rem; }

.languages { display: flex; gap: 0.5rem; margin-left: -0.375rem; }
.languages a { display: inline-flex; align-items: center; justify-content: center; min-width: 2.75rem; min-height: 2.75rem; padding: 0 0.375rem; color: var(--accent); }

.lede { color: var(--soft-ink); margin-top: -0.75rem; }
.lede .value { color: var(--ink); font-weight: 600; }
.hint, .detail { color: var(--soft-ink); font-size: 0.9375rem; }
.said { font-weight: 600; }
.choice .said { font-weight: 500; }
.choice label .said { font-weight: 600; }
.unseen { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

form { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.25rem; }
.field { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.375rem; }
.field label { font-weight: 600; }
.field .hint { margin-top: -0.25rem; }

input:is([type="text"], [type="password"], [type="search"]) {
  width: 100%;
  min-height: 3rem;
  padding: 0.5rem 0.875rem;
  border: 1px solid var(--edge);
  border-radius: 0.625rem;
  background: var(--surface);
  color: inherit;
  font: inherit;
  appearance: none;
}

input[aria-invalid="true"] { border-color: var(--danger); box-shadow: inset 0 0 0 1px var(--danger); }
.search { display: flex; flex-wrap: wrap; gap: 0.625rem; }
.search input { flex: 1 1 12rem; min-width: 0; width: auto; }

button, .button {
  display: inline-flex;
  align-items: center;
  justify-content: center;
  min-height: 3rem;
  padding: 0.5rem 1.25rem;
  border: 1px solid transparent;
  border-radius: 0.625rem;
  font: inherit;
  font-weight: 600;
  text-align: center;
  text-decoration: none;
  cursor: pointer;
  transition: background-color 120ms, border-color 120ms;
}

.button { display: block; }
.primary { background: var(--accent); color: var(--on-accent); }
.primary:hover { background: var(--accent-deep); }
.secondary { background: transparent; border-color: var(--edge); color: var(--ink); }
.secondary:hover { background: var(--tint); }
.danger { background: transparent; border-color: var(--danger); color: var(--danger); }
.danger:hover { background: var(--danger-ground); }
.actions { display: grid; gap: 0.75rem; }

:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }

.otherwise { display: grid; gap: 0.75rem; }
.or { display: flex; align-items: center; gap: 0.75rem; color: var(--soft-ink); font-size: 0.9375rem; }
.or::before, .or::after { content: ""; flex: 1; border-top: 1px solid var(--line); }
.care { border-top: 1px solid var(--line); padding-top: 1rem; }

.notice { border-inline-start: 4px solid var(--accent); border-radius: 0.375rem; background: var(--tint); padding: 0.75rem 1rem; }
.notice.problem { border-color: var(--danger); background: var(--danger-ground); color: var(--danger); font-weight: 600; }
.notice.caution { margin: 0; border-color: var(--caution-edge); padding: 0.75rem 1rem; font-size: 1rem; font-weight: 600; }
.notice.done { border-color: var(--good); background: var(--good-ground); color: var(--good); font-weight: 600; }
.reference code { font: 600 1.0625rem/1.6 ui-monospace, "SF Mono", Consolas, "DejaVu Sans Mono", monospace; user-select: all; }

.facts { display: grid; gap: 0.625rem; background: var(--ground); border-radius: 0.75rem; padding: 0.875rem 1rem; }
.facts dt { color: var(--soft-ink); font-size: 0.875rem; line-height: 1.35; }
.facts dd { font-weight: 600; }

fieldset { border: 1px solid var(--line); border-radius: 0.75rem; min-width: 0; }
legend { margin-left: 0.75rem; padding: 0 0.375rem; font-weight: 650; }
fieldset.delete { border-color: var(--danger); }
fieldset.delete legend { color: var(--danger); }

.choice { position: relative; display: grid; grid-template-columns: auto minmax(0, 1fr); column-gap: 0.875rem; padding: 0.75rem 1rem; min-height: 3rem; }
.choice + .choice { border-top: 1px solid var(--line); }
.choice input { width: 1.375rem; height: 1.375rem; margin: 0.0625rem 0 0; accent-color: var(--accent); }
.choice input { position: relative; z-index: 1; }
.choice label { cursor: pointer; }
/* The whole row may be pressed. */
.choice label::after { content: ""; position: absolute; inset: 0; }
.choice:hover { background: var(--tint); }
.choice:has(:checked):has([type="radio"]) { background: var(--tint); }
.choice label .said, .choice label .detail, .facts .detail { display: block; }
.facts .detail { font-weight: 400; }
.detail span { display: inline-block; }
.detail span:not(:last-child)::after { content: " \\00b7" / ""; }
.choice:last-child { border-radius: 0 0 0.75rem 0.75rem; }
.caution { margin-top: 0.25rem; border-left: 3px solid var(--caution-edge); border-radius: 0.25rem; background: var(--caution-ground); color: var(--caution); padding: 0.375rem 0.625rem; font-size: 0.9375rem; }
.delete .caution { border-color: var(--danger); background: var(--danger-ground); color: var(--danger); }

.said-only h2 { font-size: 0.9375rem; color: var(--soft-ink); }
.said-only ul, details ul { padding-left: 1.25rem; }
.said-only li { color: var(--soft-ink); }
.said-only li::marker, details li::marker { color: var(--accent); }

.empty { border: 1px dashed var(--edge); border-radius: 0.75rem; padding: 1.25rem 1rem; display: grid; gap: 0.375rem; }
.cards { list-style: none; display: grid; gap: 1rem; }
.card { border: 1px solid var(--line); border-radius: 0.75rem; padding: 1rem; display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.875rem; }
.card .facts { padding: 0; background: none; }
.tag { justify-self: start; border-radius: 1rem; background: var(--caution-ground); color: var(--caution); padding: 0.125rem 0.75rem; font-size: 0.875rem; font-weight: 600; }
summary { min-height: 2.75rem; padding: 0.625rem 0; font-weight: 600; color: var(--accent); cursor: pointer; }
details li { padding: 0.125rem 0; }
.app { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.875rem; border-top: 1px solid var(--line); padding-top: 1.25rem; }
.app ~ .leave { border-top: 1px solid var(--line); padding-top: 1.25rem; }
/* A thumb meets it, and the lines stay as they are. */
.inline { padding-block: 0.875rem; color: var(--accent); }

.sheet { max-width: 52rem; }
.sheet main { gap: 1.5rem; }
.letterhead { color: var(--soft-ink); font-size: 0.9375rem; }
.ways { display: flex; flex-wrap: wrap; align-items: center; gap: 0.75rem; }
.part { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.75rem; border-top: 1px solid var(--line); padding-top: 1.25rem; }
.part h2 { font-size: 1.25rem; }
.part h3 { margin: 0.5rem 0 0; font-size: 1.0625rem; }
.part h4 { margin: 0.25rem 0 0; font-size: 1rem; }
.part a { color: var(--accent); }
.items { margin: 0; padding-inline-start: 1.5rem; display: grid; gap: 0.375rem; }
.part p, .part li { white-space: pre-line; }
/* Each in its own direction; their marks stay on the side of the page's. */
.items li { unicode-bidi: plaintext; }
.person { display: grid; gap: 0.125rem; }
.wide-table { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; }
caption { padding-bottom: 0.375rem; color: var(--soft-ink); font-size: 0.9375rem; text-align: start; }
th, td { border: 1px solid var(--line); padding: 0.5rem 0.625rem; text-align: start; vertical-align: top; overflow-wrap: normal; }
thead th { background: var(--tint); }
tfoot td { font-weight: 650; }
.amount { text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap; }
.digest { display: inline-block; max-width: 25rem; text-align: left; font: 600 0.9375rem/1.7 ui-monospace, "SF Mono", Consolas, "DejaVu Sans Mono", monospace; }
.digest span { display: inline-block; min-width: 6rem; white-space: pre; }
.printed { display: none; }

@media (min-width: 36rem) {
  body { padding-top: 3rem; }
  main { padding: 2rem; }
  h1 { font-size: 1.875rem; }
  .actions { grid-auto-flow: column; justify-content: start; }
  .facts div { display: grid; grid-template-columns: 11rem minmax(0, 1fr); gap: 1rem; align-items: baseline; }
  .card form, .app form, .leave, .switch { justify-items: start; }
}

@media (prefers-reduced-motion: reduce) {
  * { transition: none !important; }
}

@media (forced-colors: active) {
  .primary { border-color: ButtonText; }
  .mark { stroke: CanvasText; }
  .mark path { fill: CanvasText; }
}

@page { size: A4; margin: 18mm 16mm 20mm; }

@media print {
  :root {
    color-scheme: light;
    --ground: #ffffff;
    --surface: #ffffff;
    --ink: #000000;
    --soft-ink: #333333;
    --line: #8a979b;
    --accent: #084b55;
    --tint: #eef3f3;
  }
  html, body { background: none; }
  body { max-width: none; padding: 0; }
  main { border: 0; box-shadow: none; padding: 0; }
  .actions, .leave, .languages, .switch, .otherwise, .search, .care, .ways, .sheet footer { display: none; }
  .sheet { font-size: 10.5pt; }
  .printed { display: block; color: var(--soft-ink); font-size: 0.875rem; }
  .part, .facts { padding-inline: 0; }
  .part .facts { padding-block: 0.25rem; }
  .wide-table { overflow: visible; }
  h1, h2, h3, h4, caption { break-after: avoid; }
  tr, li, .person, .notice, .facts div { break-inside: avoid; }
  thead { display: table-header-group; }
  p { orphans: 3; widows: 3; }
}
`;

/** Changes with every change of the sheet, so that it may be kept for ever under an address that holds it. */
export const STYLESHEET_VERSION = createHash('sha256').update(STYLESHEET).digest('hex').slice(0, 16);
