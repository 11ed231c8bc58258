// Every page of the product, on a phone and on a desk: axe-core with every rule, structure, weight, and nothing that
// the page should not do.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, test } from 'node:test';

import { base, desk, launch, openPage, phone, watch } from './browser.mjs';
import { collect } from './pages.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The first view of any page, everything included, compressed, nothing in the cache. */
const BUDGET = 60 * 1024;

const { pages, files, missing } = await collect();
const browser = await launch();
const page = await openPage(browser);
const watched = await watch(page);
after(() => browser.close());

test('each declared route has an example', () => assert.deepEqual(missing, []));

test('each address answers what is due', () => {
  const wrong = [...pages, ...files].filter((example) => example.answered !== example.status);
  assert.deepEqual(wrong.map((example) => `${example.address} ${example.answered}`), []);
});

test('no file is empty', () => {
  assert.deepEqual(files.filter((file) => file.length === 0).map((file) => file.address), []);
});

/** What each page says of itself, for the tests that compare pages. */
const seen = new Map();

for (const { address, what } of pages) {
  test(`${address} (${what}) at 1280`, async () => {
    await open(address, desk);
    const { faults, bytes } = watched.take();
    assert.deepEqual(faults, []);
    assert.ok(bytes <= BUDGET, `${bytes} bytes for the first view`);

    const facts = await page.evaluate(structure);
    seen.set(address, facts);
    assert.equal(facts.language, 'fr');
    assert.equal(facts.headings, 1, 'exactly one h1');
    await inspect();
  });

  test(`${address} (${what}) at 320`, async () => {
    await open(address, phone);
    assert.deepEqual(await page.evaluate(sticksOut), [], 'no sideways scroll');
    // What is folded was inspected so on the desk: here it is open.
    if (await page.evaluate(unfold)) assert.deepEqual(await page.evaluate(sticksOut), [], 'no sideways scroll, unfolded');
    await inspect();
    assert.deepEqual(await page.evaluate(spaced), [], 'no sideways scroll with the text spacing of WCAG 1.4.12');
    assert.deepEqual(watched.take().faults, []);
  });
}

test('each page has its own title', () => {
  const paths = new Map();
  for (const [address, { title }] of seen) paths.set(address.split('?')[0], title);
  const titles = new Map();
  // Addresses that lead nowhere share the page of their error.
  for (const [path, title] of paths) if (!isError(path)) titles.set(title, [...(titles.get(title) ?? []), path]);
  assert.deepEqual([...titles].filter(([, paths]) => paths.length > 1), []);
});

test('each link to a part of a page finds it', () => {
  const broken = new Map();
  for (const [address, { anchors }] of seen) {
    for (const anchor of anchors) {
      const [target, id] = anchor.split('#');
      const facts = seen.get(target) ?? seen.get(target.split('?')[0]);
      if (facts && !facts.ids.includes(id)) broken.set(anchor, address);
    }
  }
  assert.deepEqual([...broken].map(([anchor, address]) => `${anchor} (on ${address})`), []);
});

for (const address of ['/', '/gouvernances', '/gouvernances/grain-vendee', '/gouvernances/grain-vendee/membres', '/composants', '/national', '/statistiques', '/aide', '/cette-page-n-existe-pas']) {
  test(`${address} in the dark`, async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    try {
      await open(address, desk);
      await inspect();
    } finally {
      await page.emulateMedia({ colorScheme: null });
    }
  });
}

async function open(address, viewport) {
  await page.setViewportSize(viewport);
  watched.take();
  await page.goto(address, { waitUntil: 'load' });
}

/** Fails with the rules that are broken, each with its first elements. */
async function inspect() {
  await page.evaluate(axe);
  const violations = await page.evaluate(runAxe);
  assert.deepEqual(violations, []);
}

function isError(path) {
  return pages.some((example) => example.address === path && example.status !== 200);
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
