/** The page's style. Phones first; colours of both schemes side by side; print shows what is folded. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f6f7f9, #11161c);
  --surface: light-dark(#ffffff, #1a2129);
  --text: light-dark(#1b242e, #e4eaf0);
  --quiet: light-dark(#566371, #a0aebb);
  --line: light-dark(#d8dee5, #34404c);
  --accent: light-dark(#1558b0, #86b8f7);
  --good: light-dark(#176639, #7fd6a2);
  --good-ground: light-dark(#e3f3e9, #163225);
  --bad: light-dark(#a3201d, #ff9d96);
  --bad-ground: light-dark(#fbe7e5, #431d1b);
  --warn: light-dark(#7a4b00, #f1c169);
  --warn-ground: light-dark(#fbefd5, #3b2d10);
  --quiet-ground: light-dark(#e9edf1, #28323c);
  --bar: light-dark(#4a7ebb, #6a9fdc);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  font-variant-numeric: tabular-nums;
  scroll-padding-top: 1rem;
}
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; background: var(--ground); color: var(--text); overflow-wrap: anywhere; }
a { color: var(--accent); text-underline-offset: 0.15em; }
a code { color: inherit; }
code { font: 0.9em/1.4 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
code.region { display: inline-block; max-width: 100%; }
h1, h2, h3 { line-height: 1.25; margin: 0; text-wrap: balance; }
h1 { font-size: clamp(1.35rem, 1rem + 1.8vw, 2rem); font-weight: 650; }
h2 { font-size: 1.3rem; font-weight: 650; margin-bottom: 0.75rem; }
h3 { font-size: 1rem; font-weight: 650; margin: 1.5rem 0 0.5rem; }
h3 .quiet { font-weight: 400; }
p { margin: 0.35rem 0; max-width: 46rem; }
small { font-size: 0.6em; font-weight: 400; color: var(--quiet); }
ul.plain { margin: 0.35rem 0; padding: 0; list-style: none; }
ul.plain > li { padding: 0.15rem 0; }
dl { margin: 0; }
dd { margin: 0; }
.quiet { color: var(--quiet); }
.bad { color: var(--bad); }
.count { color: var(--quiet); font-weight: 400; font-size: 0.9em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
main:focus { outline: none; }
.skip { position: absolute; left: 0.5rem; top: -4rem; z-index: 2; padding: 0.5rem 1rem; background: var(--surface); border-radius: 4px; }
.skip:focus { top: 0.5rem; }

.masthead { background: var(--surface); border-bottom: 1px solid var(--line); border-top: 6px solid var(--quiet); }
.masthead.wrong { border-top-color: var(--bad); }
.masthead.unseen { border-top-color: var(--warn); }
.masthead.clean { border-top-color: var(--good); }
.masthead > div, .frame, footer { max-width: 78rem; margin: 0 auto; padding: 0 1rem; }
.masthead > div { padding-top: 1.5rem; padding-bottom: 1.25rem; }
.kicker { color: var(--quiet); margin: 0 0 0.35rem; }
.caveat { display: inline-block; margin-top: 0.75rem; padding: 0.4rem 0.75rem; border-left: 4px solid var(--warn); background: var(--warn-ground); }
.caveat a { color: var(--warn); }
.figures { display: flex; flex-wrap: wrap; gap: 0.75rem 2rem; margin-top: 1rem; }
.figures dt { color: var(--quiet); font-size: 0.85rem; }
.figures dd { font-size: 1.25rem; font-weight: 600; line-height: 1.2; }
.card .figures { gap: 0.5rem 1.5rem; margin: 0.5rem 0; }
.card .figures dd { font-size: 1rem; }

nav ul { display: flex; flex-wrap: wrap; gap: 0.1rem 1rem; margin: 0; padding: 0.75rem 0; list-style: none; }
nav a { display: inline-block; padding: 0.25rem 0; text-decoration: none; }
nav a:hover { text-decoration: underline; }
main { min-width: 0; }
section { padding: 1.25rem 0; border-top: 1px solid var(--line); }
main > section:first-child { border-top: 0; }
footer { padding-bottom: 2rem; color: var(--quiet); }

.chip { display: inline-block; padding: 0 0.5rem; border-radius: 999px; font-size: 0.85rem; line-height: 1.5; font-weight: 500; overflow-wrap: anywhere; }
.chip.good { color: var(--good); background: var(--good-ground); }
.chip.bad { color: var(--bad); background: var(--bad-ground); }
.chip.warn { color: var(--warn); background: var(--warn-ground); }
.chip.quiet { color: var(--quiet); background: var(--quiet-ground); }

.card { background: var(--surface); border: 1px solid var(--line); border-radius: 6px; padding: 0.75rem 1rem; }
.card h3 { margin: 0; }
.findings { display: grid; gap: 0.6rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); margin: 0 0 0.5rem; padding: 0; list-style: none; }
.findings .card { border-left: 4px solid var(--line); }
.findings .error { border-left-color: var(--bad); }
.findings .warning { border-left-color: var(--warn); }
.head { margin-top: 0; font-weight: 600; }
.head .quiet { font-weight: 400; }
.regions { display: grid; gap: 0.75rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 13.5rem), 1fr)); margin: 0; padding: 0; list-style: none; }
.role { font-size: 1.05rem; }
.classes > li { border-top: 1px solid var(--line); padding: 0.4rem 0; }

summary { cursor: pointer; padding: 0.3rem 0; }
.fold > summary { color: var(--accent); }
#filter { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: end; padding: 0.75rem 1rem; background: var(--surface); border: 1px solid var(--line); border-radius: 6px; }
#filter .field { display: grid; gap: 0.15rem; font-size: 0.85rem; color: var(--quiet); flex: 1 1 9rem; min-width: 0; }
#filter .field.wide { flex: 2 1 15rem; }
#filter input, #filter select, #filter button { font: inherit; font-size: 1rem; color: var(--text); background: var(--ground); border: 1px solid var(--quiet); border-radius: 4px; padding: 0.4rem 0.5rem; min-height: 2.5rem; width: 100%; min-width: 0; }
#filter button { width: auto; cursor: pointer; padding: 0.4rem 1rem; }
#matches { flex-basis: 100%; margin: 0; color: var(--quiet); }
.map-region > h3 { font-size: 1.1rem; }
.class-group { background: var(--surface); border: 1px solid var(--line); border-radius: 6px; padding: 0.25rem 1rem; margin: 0.5rem 0; }
.functions { display: grid; gap: 0 1.25rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 18rem), 1fr)); margin: 0 0 0.5rem; padding: 0; list-style: none; }
.functions > li:has(> details[open]) { grid-column: 1 / -1; }
.fn > summary { border-bottom: 1px solid var(--line); font-size: 0.95rem; }
.fn:target > summary, .findings > :target { background: var(--warn-ground); }
.fn dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.15rem 1rem; padding: 0.5rem 0 0.75rem 1rem; font-size: 0.95rem; }
.fn dt { color: var(--quiet); }
.guests { margin: 0.5rem 0; }
.columns { columns: 15rem; column-gap: 1.5rem; }
.columns > li { break-inside: avoid; }

.hops { margin: 0; padding: 0; list-style: none; counter-reset: hop; }
.hops > li { counter-increment: hop; position: relative; display: flex; flex-wrap: wrap; gap: 0 0.75rem; align-items: baseline; padding: 0.35rem 0 0.35rem 2.5rem; }
.hops > li::before { content: counter(hop); position: absolute; left: 0; top: 0.4rem; width: 1.6rem; height: 1.6rem; line-height: 1.5rem; text-align: center; font-size: 0.85rem; color: var(--quiet); background: var(--surface); border: 1px solid var(--line); border-radius: 50%; z-index: 1; }
.hops > li:not(:last-child)::after { content: ""; position: absolute; left: 0.8rem; top: 1.9rem; bottom: -0.4rem; border-left: 1px solid var(--line); }
.hops > .broken::before { color: var(--bad); border-color: var(--bad); }
.hops > .follows::before, .hops > .open::before { color: var(--warn); border-color: var(--warn); }

table { border-collapse: collapse; width: 100%; margin: 0.5rem 0 1rem; font-size: 0.95rem; }
caption { text-align: left; color: var(--quiet); padding: 0.25rem 0; }
th, td { text-align: left; vertical-align: top; padding: 0.4rem 1rem 0.4rem 0; border-bottom: 1px solid var(--line); font-weight: 400; }
thead th { color: var(--quiet); font-size: 0.85rem; }
.wide { table-layout: fixed; }
.parts-1 { width: 14%; }
.parts-2 { width: 15%; }
.parts-3 { width: 23%; }
.parts-4 { width: 29%; }
.number { text-align: right; white-space: nowrap; }
td .title { display: none; }
.scroll { overflow-x: auto; }
.matrix { width: auto; min-width: 30rem; }
.matrix th, .matrix td { padding-right: 1.25rem; }
.matrix th:first-child { min-width: 9rem; }

.bars { margin: 0; padding: 0; list-style: none; display: grid; gap: 0.75rem; }
.bars .row { display: flex; flex-wrap: wrap; gap: 0 0.75rem; align-items: baseline; max-width: none; margin: 0; }
.bars .value { font-weight: 600; }
.bars .value .quiet { font-weight: 400; }
svg { display: block; max-width: 100%; overflow: visible; }
.track { fill: var(--quiet-ground); stroke: var(--line); }
.use { fill: var(--bar); }
.use.over { fill: var(--bad); }
.late { fill: var(--bar); }
.warn-line { stroke: var(--text); stroke-width: 2; stroke-dasharray: 3 2; }
.today { stroke: var(--text); stroke-width: 2; }
.axis line, .grid { stroke: var(--line); }
.axis text, .chart text { fill: var(--quiet); font-size: 0.8rem; }
.axis .today-text { fill: var(--text); }
.trend { stroke: var(--bar); stroke-width: 2; }
.dot { fill: var(--bar); stroke: var(--bar); stroke-width: 2; }
.dot.hollow { fill: var(--ground); }
.big { font-size: 1.5rem; }

@media (min-width: 64rem) {
  .frame { display: grid; grid-template-columns: 12rem minmax(0, 1fr); gap: 2.5rem; align-items: start; }
  nav { position: sticky; top: 0; max-height: 100vh; overflow-y: auto; padding-top: 0.75rem; }
  nav ul { display: block; }
  .hops > li { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 3fr) minmax(0, 2fr); }
}

@media (max-width: 40rem) {
  .parts-1, .parts-2, .parts-3, .parts-4 { width: auto; }
  .stack, .stack tbody, .stack tr, .stack td, .stack tbody th { display: block; }
  .stack caption { display: block; }
  .stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .stack tr { padding: 0.5rem 0; border-bottom: 1px solid var(--line); }
  .stack th, .stack td { border: 0; padding: 0.1rem 0; text-align: left; white-space: normal; }
  .stack td { display: grid; grid-template-columns: 5.5rem minmax(0, 1fr); gap: 0.5rem; }
  .stack td .title { display: block; color: var(--quiet); font-size: 0.85rem; }
  .fn dl { grid-template-columns: minmax(0, 1fr); gap: 0; padding-left: 0.5rem; }
  .fn dd { margin-bottom: 0.35rem; }
}

@media print {
  :root { color-scheme: light; font-size: 9.5pt; --ground: #fff; }
  @page { margin: 14mm; }
  nav, #filter, .skip { display: none; }
  .frame { display: block; }
  a { color: inherit; text-decoration: none; }
  .card, .hops > li, tr, .bars > li { break-inside: avoid; }
  h2, h3, summary { break-after: avoid; }
  thead { display: table-header-group; }
  .fold:not(.screen)::details-content, .class-group::details-content { content-visibility: visible; block-size: auto; }
  .functions { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  .fn > summary { font-size: 7.5pt; padding: 0.1rem 0; }
  .regions { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .functions summary, .fold summary { list-style: none; }
  .class-group, .card { border-radius: 0; }
  .chip { border: 1px solid currentColor; background: none !important; }
  .bar, .track, .use, .late { print-color-adjust: exact; }
}
`;
