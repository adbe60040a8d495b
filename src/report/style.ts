/** The page's style sheet: system fonts, dark and light by the reader's setting, A4 when printed. Contrast is AA or better. */

/** CSS of the report. */
export const STYLE_SHEET: string = `
:root { color-scheme: light dark;
  --page: #ffffff; --ink: #1a1a1a; --soft: #595959; --card: #f4f5f7; --line: #d0d3d9; --shade: #00000040; --link: #0b5cad;
  --yes: #00663d; --marginal: #7a4b00; --no: #a32020;
  --figure-foreground: #1a1a1a; --figure-muted: #595959; --figure-background: transparent; --figure-grid: #d9d9d9;
  --figure-theory: #0072b2; --figure-measured: #b34700; --figure-accent: #007a5a; }
@media screen and (prefers-color-scheme: dark) { :root {
  --page: #16181c; --ink: #ececec; --soft: #b0b4ba; --card: #202329; --line: #3d4149; --shade: #ffffff38; --link: #7cc0ff;
  --yes: #52d6a0; --marginal: #ffbe5c; --no: #ff9494;
  --figure-foreground: #ececec; --figure-muted: #a8a8a8; --figure-grid: #3a3d42;
  --figure-theory: #56b4e9; --figure-measured: #ff9d4d; --figure-accent: #35c99f; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1.25rem 4rem; max-width: 80rem; background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
a { color: var(--link); }
h1 { font-size: 1.05rem; font-weight: 600; margin: 0 0 1rem; color: var(--soft); overflow-wrap: anywhere; }
h2 { font-size: 1.35rem; margin: 3rem 0 .5rem; }
h3 { font-size: 1.05rem; margin: 1.75rem 0 .25rem; }
.lead { max-width: 44rem; }
.verdict { border-left: .4rem solid var(--tone); padding: .25rem 0 .25rem 1rem; }
.verdict .answer { font-size: 1.75rem; line-height: 1.25; font-weight: 700; margin: 0; }
.verdict .answer .mark { color: var(--tone); }
.verdict p { margin: .35rem 0 0; max-width: 48rem; }
.yes { --tone: var(--yes); } .marginal { --tone: var(--marginal); } .no { --tone: var(--no); }
.first > * { min-width: 0; }
.first { display: grid; grid-template-columns: minmax(15rem, 2fr) 3fr; gap: 1.5rem; margin-top: 1.5rem; align-items: start; }
.numbers { display: grid; gap: .75rem; margin: 0; }
.numbers div { background: var(--card); border-radius: .5rem; padding: .7rem .9rem; }
.numbers dt { color: var(--soft); font-size: .9rem; }
.numbers dd { margin: 0; font-size: 1.5rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.numbers dd small { font-size: .85rem; font-weight: 400; color: var(--soft); display: block; }
figure { margin: 1rem 0; }
.first figure { margin: 0; }
figcaption { color: var(--soft); font-size: .93rem; max-width: 44rem; margin-top: .35rem; }
svg { max-width: 100%; height: auto; display: block; }
.pair { display: grid; grid-template-columns: 1fr; gap: 0 1.5rem; }
.pair > div { min-width: 0; }
@media (min-width: 1000px) { .pair { grid-template-columns: 1fr 1fr; }
  .solo figure { display: grid; grid-template: auto auto auto auto 1fr / 1fr 1fr; column-gap: 1.5rem; }
  .solo figure > * { grid-column: 2; min-width: 0; } .solo .plot { grid-area: 1 / 1 / 6 / 2; } }
.plot { overflow-x: auto; } .plot svg { width: 100%; }
.scripted-only, .cue { display: none; } .scripted p.scripted-only { display: block; } .scripted span.scripted-only { display: inline; }
.cue { color: var(--soft); font-size: .9rem; margin: .5rem 0; }
.tools { display: none; gap: .4rem; flex-wrap: wrap; margin-top: .4rem; }
.scripted .tools { display: flex; }
button { font: inherit; font-size: .85rem; padding: .15rem .6rem; border: 1px solid var(--line); border-radius: .35rem;
  background: var(--card); color: var(--ink); cursor: pointer; }
button:focus-visible, a:focus-visible, summary:focus-visible, [tabindex]:focus-visible { outline: 3px solid var(--link);
  outline-offset: 2px; }
.scroll { overflow: auto; max-height: 34rem; border: 1px solid var(--line); border-radius: .4rem; }
.scroll, .plot { background: linear-gradient(90deg, var(--page) 40%, transparent) left / 3rem 100% no-repeat local,
  linear-gradient(270deg, var(--page) 40%, transparent) right / 3rem 100% no-repeat local,
  linear-gradient(90deg, var(--shade), transparent) left / .9rem 100% no-repeat scroll,
  linear-gradient(270deg, var(--shade), transparent) right / .9rem 100% no-repeat scroll; }
table { border-collapse: collapse; width: 100%; font-size: .88rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding: .4rem .6rem; }
th, td { padding: .18rem .5rem; line-height: 1.35; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap; }
thead th { position: sticky; top: 0; background: var(--card); z-index: 1; }
th button { border: 0; background: none; padding: 0; font-weight: 600; }
td.number, th.number { text-align: right; }
tbody tr.chosen { outline: 2px solid var(--link); outline-offset: -2px; }
.scripted .layers tbody tr { cursor: pointer; }
svg .chosen { stroke: var(--ink) !important; stroke-width: 3px !important; }
details { margin: .4rem 0; } summary { cursor: pointer; color: var(--link); font-size: .9rem; }
pre { background: var(--card); padding: .8rem; border-radius: .4rem; overflow-x: auto; font-size: .85rem; }
.layers { font-size: .84rem; } .layers td:first-child { font-weight: 600; }
.layers .flagged td:nth-child(2) { color: var(--no); font-weight: 600; }
.how ul { margin: .3rem 0; padding-left: 1.2rem; } .how li, .how p { font-size: .9rem; margin: .2rem 0; }
footer { margin-top: 3rem; color: var(--soft); font-size: .88rem; }
@media (max-width: 46rem) { .first { grid-template-columns: 1fr; } .verdict .answer { font-size: 1.4rem; }
  body { padding: 1rem .8rem 3rem; } .plot svg { width: 36rem; max-width: none !important; } }
@media (max-width: 76rem) { .cue { display: block; } }
@media print { @page { size: A4; margin: 16mm; } body { max-width: none; padding: 0; font-size: 10.5pt; }
  .tools, .cue, .scripted-only, details.twin, details.how { display: none !important; } figure, .verdict, .numbers div { break-inside: avoid; }
  h2, h3 { break-after: avoid; } .scroll { max-height: none; overflow: visible; border: 0; } .scroll, .plot { background: none; } .plot svg { width: 100%; max-width: 100% !important; }
  table { font-size: 7.5pt; } th, td { white-space: normal; padding: .15rem .3rem; } thead th { position: static; } }
`;
