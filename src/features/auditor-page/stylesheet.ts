import { createHash } from 'node:crypto'

/**
 * The page's one style sheet. Colours are custom properties, so that plots follow light and dark as text does; each pair
 * that meets has a contrast of 4.5 or more (text) or 3 or more (marks).
 */
const text = `:root { color-scheme: light dark;
  --paper: #fff; --ink: #1b1f24; --soft: #4d5661; --line: #8a929c; --panel: #f3f5f7; --link: #0b4f9e; --focus: #0b4f9e;
  --alarm: #a3160b; --button: #0b4f9e; --button-ink: #fff;
  --series-1: #0b5cad; --series-2: #a84300; --series-3: #1c6e3c; --series-4: #8a1c6b; --series-5: #5a4fcf; --series-6: #6a5700;
  --series-7: #00686e; --series-8: #8f2d2d }
@media (prefers-color-scheme: dark) { :root {
  --paper: #14171b; --ink: #eceff2; --soft: #b9c1ca; --line: #7d8691; --panel: #1f242a; --link: #8ec5ff; --focus: #ffd54a;
  --alarm: #ff9d92; --button: #8ec5ff; --button-ink: #10151b;
  --series-1: #6db3ff; --series-2: #ff9d5c; --series-3: #6fd391; --series-4: #f09ad6; --series-5: #b3aaff; --series-6: #e0c341;
  --series-7: #5ccdd4; --series-8: #ff9d92 } }
* { box-sizing: border-box }
html { -webkit-text-size-adjust: 100% }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif }
a { color: var(--link); text-underline-offset: .15em }
:focus-visible, input:focus-within, select:focus, textarea:focus { outline: 3px solid var(--focus); outline-offset: 2px }
.skip { position: absolute; left: 1rem; top: -4rem; background: var(--paper); color: var(--link); padding: .75rem 1rem; z-index: 1 }
.skip:focus { top: .5rem }
.top { background: var(--panel); border-bottom: 1px solid var(--line); padding: .75rem 1rem }
.top-line { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; justify-content: space-between }
.product { font-weight: 600; margin: 0 }
.who { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; color: var(--soft) }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem .5rem; margin: .5rem 0 0; padding: 0 }
nav a { display: inline-block; padding: .6rem .75rem; min-height: 2.75rem; border-radius: .4rem }
nav a[aria-current] { background: var(--paper); color: var(--ink); font-weight: 600; border: 1px solid var(--line) }
main { padding: 1rem; max-width: 80rem; margin: 0 auto }
main:focus { outline: none }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .5rem 0 1rem; overflow-wrap: anywhere }
h2 { font-size: 1.25rem; margin: 2rem 0 .5rem }
h3 { font-size: 1.05rem; margin: 1.25rem 0 .25rem }
.note { color: var(--soft); margin: .25rem 0; max-width: 65ch }
.alarm { color: var(--alarm); font-weight: 600 }
.panel { background: var(--panel); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin: 1rem 0 }
.fields { display: grid; gap: .75rem 1rem; grid-template-columns: repeat(auto-fill, minmax(min(14rem, 100%), 1fr)); align-items: end }
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
.scroll { overflow-x: auto; max-width: 100% }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem }
caption { text-align: start; font-weight: 600; padding: .25rem 0 }
th, td { text-align: start; vertical-align: top; padding: .5rem .6rem; border-bottom: 1px solid var(--line) }
thead th { border-bottom-width: 2px }
.number { text-align: end; font-variant-numeric: tabular-nums }
th a[href^='/auditor/orders/'] { white-space: nowrap }
tfoot td, tfoot th { font-weight: 600; border-top: 2px solid var(--line) }
dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .35rem 1.25rem; margin: 0 }
dt { font-weight: 600 }
dd { margin: 0; overflow-wrap: anywhere }
.figures { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(13rem, 100%), 1fr)); list-style: none; margin: 1rem 0; padding: 0 }
.figures li { background: var(--panel); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem }
.figures .value { display: block; font-size: 1.6rem; font-weight: 600; font-variant-numeric: tabular-nums }
figure { margin: 0 0 1rem }
figcaption { color: var(--soft); max-width: 65ch }
.scroll > .plot { min-width: 34rem }
.plot { display: block; max-width: 100%; height: auto; background: var(--paper); color: var(--ink) }
.plot text { white-space: pre; font-size: 12px }
.key { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; margin: .25rem 0 }
.key svg { inline-size: 1.5rem; block-size: .9rem; vertical-align: middle; margin-inline-end: .4rem }
details > summary { cursor: pointer; padding: .6rem 0; min-height: 2.75rem; color: var(--link) }
.steps { list-style: none; padding: 0; display: flex; gap: 1rem; flex-wrap: wrap }
footer { color: var(--soft); padding: 1rem; max-width: 80rem; margin: 2rem auto 0; border-top: 1px solid var(--line) }
.box { display: inline-block; inline-size: 1em; block-size: 1em; border: 1px solid currentColor; vertical-align: -.1em; margin-inline-end: .35em }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr } dd { margin-block-end: .5rem } .top, main, footer { padding-inline: .75rem } }
@media print {
  @page { size: A4; margin: 18mm 16mm }
  :root { color-scheme: light; --paper: #fff; --ink: #000; --soft: #333; --line: #777; --panel: #fff; --link: #000 }
  body { font-size: 10.5pt }
  .top, footer, .skip, .no-print { display: none }
  main { padding: 0; max-width: none }
  a { text-decoration: none }
  .scroll { overflow: visible }
  tr, figure { break-inside: avoid }
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
