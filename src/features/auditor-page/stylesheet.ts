import { createHash } from 'node:crypto'

/**
 * The page's one style sheet. Colours are custom properties, so that plots follow light and dark as text does; each pair
 * that meets has a contrast of 4.5 or more (text) or 3 or more (marks).
 */
const text = `:root { color-scheme: light dark;
  --paper: #fff; --ink: #1b1f24; --soft: #4d5661; --line: #8a929c; --panel: #f3f5f7; --link: #0b4f9e; --focus: #0b4f9e;
  --alarm: #a3160b; --alarm-panel: #fdf1ef; --good: #1c6e3c; --button: #0b4f9e; --button-ink: #fff; --rule: #d4d9de;
  --series-1: #0b5cad; --series-2: #a84300; --series-3: #1c6e3c; --series-4: #8a1c6b; --series-5: #5a4fcf; --series-6: #6a5700;
  --series-7: #00686e; --series-8: #8f2d2d }
@media (prefers-color-scheme: dark) { :root {
  --paper: #14171b; --ink: #eceff2; --soft: #b9c1ca; --line: #7d8691; --panel: #1f242a; --link: #8ec5ff; --focus: #ffd54a;
  --alarm: #ff9d92; --alarm-panel: #2b1c1b; --good: #6fd391; --button: #8ec5ff; --button-ink: #10151b; --rule: #3a424b;
  --series-1: #6db3ff; --series-2: #ff9d5c; --series-3: #6fd391; --series-4: #f09ad6; --series-5: #b3aaff; --series-6: #e0c341;
  --series-7: #5ccdd4; --series-8: #ff9d92 } }
* { box-sizing: border-box }
html { -webkit-text-size-adjust: 100% }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif }
a { color: var(--link); text-underline-offset: .15em }
:focus-visible, input:focus-within, select:focus, textarea:focus { outline: 3px solid var(--focus); outline-offset: 2px }
.skip { position: absolute; left: 1rem; top: -4rem; background: var(--paper); color: var(--link); padding: .75rem 1rem; z-index: 1 }
.skip:focus { top: .5rem }
.top { background: var(--panel); border-bottom: 1px solid var(--line) }
.top > * { max-width: 80rem; margin-inline: auto; padding-inline: 1rem }
nav li:not(:has([aria-current])):first-child { margin-inline-start: -.75rem }
.top-line { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; justify-content: space-between; padding-block: .6rem .25rem }
.product { font-weight: 600; margin: 0 }
.line { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center }
.who { color: var(--soft); font-size: .9rem; margin-block: .25rem; padding-block-end: .5rem; overflow-wrap: anywhere }
.who a { display: inline-block; padding-block: .25rem }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem; margin: 0; padding: 0 }
nav a { display: inline-block; padding: .6rem .75rem; min-height: 2.75rem; border-radius: .4rem; border: 1px solid transparent; text-decoration: none }
nav a:hover { text-decoration: underline }
nav a[aria-current] { background: var(--paper); color: var(--ink); font-weight: 600; border-color: var(--line) }
main { padding: 1rem 1rem 4rem; max-width: 80rem; margin: 0 auto }
main:focus { outline: none }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .5rem 0 1rem; overflow-wrap: anywhere }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 2.5rem 0 .5rem; scroll-margin-top: 1rem }
h3 { font-size: 1.05rem; margin: 1.25rem 0 .25rem }
.note { color: var(--soft); margin: .25rem 0; max-width: 65ch }
.on-paper { display: none }
.lead { font-size: 1.1rem; max-width: 65ch; margin: .25rem 0 }
.slug { color: var(--soft); font-weight: 400; font-size: .8rem; overflow-wrap: anywhere }
.total { font-size: 1.1rem }
.total .hint { display: inline; font-size: 1rem; margin-inline-start: .5rem }
.empty { border: 1px dashed var(--line); border-radius: .5rem; padding: .5rem 1rem; color: var(--soft); max-width: 65ch }
.good { border-style: solid; border-color: var(--good); color: var(--ink) }
.unseen { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; padding: 0 }
.written li { white-space: pre-wrap; overflow-wrap: anywhere }
.alarm { color: var(--alarm); font-weight: 600 }
.panel { background: var(--panel); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin: 1rem 0 }
.fields { display: grid; gap: .75rem 1rem; grid-template-columns: repeat(auto-fill, minmax(min(9.5rem, 100%), 1fr)); align-items: end }
.buttons { display: flex; flex-wrap: wrap; gap: .5rem }
label, legend { font-weight: 600 }
.field label { display: block }
.hint { color: var(--soft); font-weight: 400; display: block }
input, select, textarea, button, .button { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: .4rem;
  padding: .55rem .75rem; min-height: 2.75rem; width: 100%; max-width: 100% }
input[type=radio], input[type=checkbox] { width: auto; min-height: 0; inline-size: 1.25rem; block-size: 1.25rem }
textarea { min-height: 5rem }
button, .button { background: var(--button); color: var(--button-ink); border-color: var(--button); width: auto; cursor: pointer; font-weight: 600; display: inline-block; text-decoration: none }
.quiet { background: none; color: var(--link); border-color: var(--line) }
form.inline { display: inline }
fieldset { border: 1px solid var(--line); border-radius: .5rem; margin: 0 0 1rem; padding: .75rem 1rem 1rem; min-inline-size: 0 }
.choices { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(16rem, 100%), 1fr)); gap: 0 1rem; margin-block: .5rem }
.choices label { display: flex; align-items: center; gap: .6rem; min-height: 2.75rem; font-weight: 400 }
.choices input { flex: none }
.point { padding: .25rem 1rem .5rem; margin-block-end: .5rem }
.point .choices { display: flex; flex-wrap: wrap; gap: 0 1.5rem; margin-block: 0 }
.point .note { max-width: none; margin: .5rem 0 }
.judged { display: grid; gap: 0 2rem; grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr)); align-items: start }
.severity { max-width: 16rem }
.point:not(:has(input[value=irregularity]:checked)) .severity { display: none }
.more > summary { display: inline-flex; align-items: center; padding: 0 }
.more textarea { min-height: 3.5rem }
.door h2 { margin-block-start: 0 }
.bar { position: sticky; inset-block-end: 0; background: var(--paper); border-top: 1px solid var(--line); padding-block: .5rem; margin-block-end: 0; z-index: 1 }
html:has(.bar) { scroll-padding-block-end: 9rem }
.actions { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem }
.text { white-space: pre-line; overflow-wrap: anywhere }
.scroll { overflow-x: auto; max-width: 100%; margin: .5rem 0 1rem }
.scroll:has(tbody tr:nth-child(16)) { overflow: auto; max-height: 85vh }
table { border-collapse: collapse; width: 100%; position: relative }
caption { text-align: start; font-weight: 600; padding: .25rem 0 }
th, td { text-align: start; vertical-align: top; padding: .55rem .6rem; border-bottom: 1px solid var(--rule) }
thead th { position: sticky; inset-block-start: 0; z-index: 1; background: var(--paper); color: var(--soft); font-size: .9rem; vertical-align: bottom;
  border-bottom: 0; box-shadow: inset 0 -2px 0 var(--line) }
tbody tr:hover > * { background: var(--panel) }
tbody th { font-weight: 500 }
.number { text-align: end; font-variant-numeric: tabular-nums }
td.number { white-space: nowrap }
td.number > a { display: block; margin: -.55rem -.6rem; padding: .55rem .6rem }
th a[href^='/auditor/orders/'], th a[href*='/courses/'] { white-space: nowrap }
tfoot td, tfoot th { font-weight: 600; border-top: 2px solid var(--line); border-bottom: 0 }
data[title] { text-decoration: inherit }
dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .35rem 1.25rem; margin: 0 }
dt { font-weight: 600 }
dd { margin: 0; overflow-wrap: anywhere }
.figures { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(min(11rem, 100%), 1fr)); list-style: none; margin: .75rem 0; padding: 0 }
.figures li { position: relative; display: flex; flex-direction: column; background: var(--panel); border: 1px solid var(--rule); border-radius: .5rem; padding: .75rem 1rem }
.figures .label { color: var(--soft); margin-block-end: auto; padding-block-end: .25rem; line-height: 1.35 }
.figures .value { display: block; font-size: 1.75rem; line-height: 1.2; font-weight: 600; font-variant-numeric: tabular-nums }
.figures .detail { color: var(--soft); font-size: .9rem }
.figures a { text-decoration-thickness: 1px }
.figures a::after { content: ''; position: absolute; inset: 0; border-radius: .5rem }
.figures a:focus-visible { outline: none }
.figures a:focus-visible::after { outline: 3px solid var(--focus); outline-offset: 2px }
.figures li:has(a):hover { border-color: var(--link) }
.figures .alarming { background: var(--alarm-panel); border-color: var(--alarm) }
.alarming, .alarming a { color: var(--alarm) }
.alarming .label { color: var(--ink) }
.today { display: grid; gap: 0 2rem; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); align-items: start }
.pair { display: grid; gap: 0 2rem; grid-template-columns: repeat(auto-fit, minmax(min(34rem, 100%), 1fr)); align-items: start }
.today .scroll { max-height: 24rem; overflow: auto }
.today tfoot > * > *, .scroll:has(tbody tr:nth-child(16)) tfoot > * > * { position: sticky; inset-block-end: 0; background: var(--paper); border-top: 0; box-shadow: inset 0 2px 0 var(--line) }
.pair > *, .today > * { min-inline-size: 0 }
figure { margin: 0 0 1rem }
figcaption { color: var(--soft); font-size: .9rem; max-width: 65ch }
@media (min-width: 68rem) {
  .keyed { display: grid; grid-template-columns: 50rem 1fr; gap: 0 2rem; align-items: center }
  .keyed .key { flex-direction: column }
  .keyed figcaption { grid-column: 1 / -1 } }
.scroll > .plot { min-width: 32rem }
.plot { display: block; max-width: 100%; height: auto; background: var(--paper); color: var(--ink) }
.plot text { white-space: pre; font-size: 12px }
.key { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; margin: .25rem 0 }
.key svg { inline-size: 1.5rem; block-size: .9rem; vertical-align: middle; margin-inline-end: .4rem }
details > summary { cursor: pointer; padding: .6rem 0; min-height: 2.75rem; color: var(--link) }
@media (pointer: coarse) {
  td.number > a { margin-block: -.65rem; padding-block: .65rem }
  th, td { padding-block: .65rem }
  th > a, td > a:not(.button) { display: inline-block; padding-block: .65rem; margin-block: -.65rem }
  .who a, p > a:not(.button) { display: inline-block; padding-block: .65rem; margin-block: -.4rem } }
.steps { list-style: none; padding: 0; display: flex; gap: 1rem; flex-wrap: wrap }
footer { color: var(--soft); padding: 1rem; max-width: 80rem; margin: 2rem auto 0; border-top: 1px solid var(--line) }
.box { display: inline-block; inline-size: 1em; block-size: 1em; border: 1px solid currentColor; vertical-align: -.1em; margin-inline-end: .35em }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr } dd { margin-block-end: .5rem } .top, main, footer { padding-inline: .75rem } }
@media print {
  @page { size: A4; margin: 18mm 16mm }
  :root { color-scheme: light; --paper: #fff; --ink: #000; --soft: #333; --line: #777; --panel: #fff; --link: #000; --alarm-panel: #fff; --rule: #999 }
  body { font-size: 10.5pt }
  .top, footer, .skip, .no-print { display: none }
  .on-paper { display: block }
  main { padding: 0; max-width: none }
  a { text-decoration: none }
  .scroll, .today .scroll, .scroll:has(tbody tr:nth-child(16)) { overflow: visible; max-height: none }
  thead th, .scroll tfoot > * > * { position: static !important }
  .scroll > .plot { min-width: 0 }
  .figures li, .empty { border-color: #777 }
  .slug, .figures a::after { display: none }
  tr, figure, .figures li { break-inside: avoid }
  h2, h3 { break-after: avoid }
  .course { break-before: page } }
`

const version = createHash('sha256').update(text).digest('hex').slice(0, 12)

/** The style sheet as it is sent, and where: its path changes with it, so that browsers may keep it. */
export const stylesheet = { text, path: `/auditor/style-${version}.css` } as const

const iconText =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#0b4f9e"/><path d="M4 12V7m4 5V4m4 8V9" stroke="#fff" stroke-width="2"/></svg>'

/** The page's icon; without one browsers ask for another that is not there. */
export const icon = { text: iconText, path: '/auditor/icon.svg' } as const
