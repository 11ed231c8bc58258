// What is asked of every page: axe-core with every rule, structure, no sideways scroll.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { desk, phone } from './browser.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The first view of any page, everything included, compressed, nothing in the cache. */
const BUDGET = 60 * 1024;

/** Opens a page, its earlier faults forgotten. */
export async function open(page, watched, address, viewport) {
  await page.setViewportSize(viewport);
  watched.take();
  await page.goto(address, { waitUntil: 'load' });
}

/** All that is asked on a desk; gives what the page says of itself, for the tests that compare pages. */
export async function onDesk(page, watched, address) {
  await open(page, watched, address, desk);
  const { faults, bytes } = watched.take();
  assert.deepEqual(faults, []);
  assert.ok(bytes <= BUDGET, `${bytes} bytes for the first view`);

  const facts = await page.evaluate(structure);
  assert.equal(facts.language, 'fr');
  assert.equal(facts.headings, 1, 'exactly one h1');
  await inspect(page);
  return facts;
}

/** All that is asked on a phone. */
export async function onPhone(page, watched, address) {
  await open(page, watched, address, phone);
  assert.deepEqual(await page.evaluate(sticksOut), [], 'no sideways scroll');
  // What is folded was inspected so on the desk: here it is open.
  if (await page.evaluate(unfold)) assert.deepEqual(await page.evaluate(sticksOut), [], 'no sideways scroll, unfolded');
  await inspect(page);
  assert.deepEqual(await page.evaluate(spaced), [], 'no sideways scroll with the text spacing of WCAG 1.4.12');
  assert.deepEqual(watched.take().faults, []);
}

/** Fails with the rules that are broken, each with its first elements. */
export async function inspect(page) {
  await page.evaluate(axe);
  const violations = await page.evaluate(runAxe);
  assert.deepEqual(violations, []);
}

/** The titles that several addresses share, filters aside. `seen` holds what `onDesk` gave by address. */
export function sharedTitles(seen) {
  const paths = new Map();
  for (const [address, { title }] of seen) paths.set(address.split('?')[0], title);
  const titles = new Map();
  for (const [path, title] of paths) titles.set(title, [...(titles.get(title) ?? []), path]);
  return [...titles].filter(([, paths]) => paths.length > 1);
}

/** The links to a part of a page that is not there. */
export function brokenAnchors(seen) {
  const broken = new Map();
  for (const [address, { anchors }] of seen) {
    for (const anchor of anchors) {
      const [target, id] = anchor.split('#');
      const facts = seen.get(target) ?? seen.get(target.split('?')[0]);
      if (facts && !facts.ids.includes(id)) broken.set(anchor, address);
    }
  }
  return [...broken].map(([anchor, address]) => `${anchor} (on ${address})`);
}

// What follows runs in the page.

async function runAxe() {
  // Every rule but those that axe itself has given up; rules that are off by default and trials included.
  const rules = {};
  for (const { ruleId, tags } of window.axe.getRules()) rules[ruleId] = { enabled: !tags.includes('deprecated') };
  const { violations } = await window.axe.run(document, { rules, resultTypes: ['violations'] });
  return violations.map(({ id, help, nodes }) => {
    const where = nodes.slice(0, 5).map((node) => `${node.target.join(' ')} : ${node.html.slice(0, 200)} : ${node.failureSummary}`);
    return { id, help, count: nodes.length, where };
  });
}

function structure() {
  const links = [...document.querySelectorAll('a[href*="#"]')].filter((link) => link.origin === location.origin);
  return {
    title: document.title,
    language: document.documentElement.lang,
    headings: document.querySelectorAll('h1').length,
    ids: [...document.querySelectorAll('[id]')].map((element) => element.id),
    anchors: links.map((link) => link.pathname + link.search + link.hash),
  };
}

/** The elements that make the document wider than the window: none when it is not. */
function sticksOut() {
  const width = document.documentElement.clientWidth;
  if (document.scrollingElement.scrollWidth <= width) return [];
  const wide = [...document.body.querySelectorAll('*')].filter((element) => element.getBoundingClientRect().right > width + 1);
  return [`${document.scrollingElement.scrollWidth} px`, ...wide.slice(0, 5).map((element) => element.outerHTML.slice(0, 120))];
}

/** Opens all that is folded; tells whether there was something. */
function unfold() {
  const folded = document.querySelectorAll('details:not([open])');
  for (const details of folded) details.open = true;
  return folded.length > 0;
}

/** Spaces the text as WCAG 1.4.12 says a reader may, then measures. */
function spaced() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; } p { margin-bottom: 2em !important; }');
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const width = document.documentElement.clientWidth;
  const found = document.scrollingElement.scrollWidth;
  return found <= width ? [] : [`${found} px`];
}
