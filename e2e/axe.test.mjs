// Every page that anybody may open, on a phone and on a desk: axe-core with every rule, structure, weight, and nothing
// that the page should not do. What takes an account is in `signed.test.mjs`.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { desk, launch, openPage, watch } from './browser.mjs';
import { brokenAnchors, inspect, onDesk, onPhone, open, sharedTitles } from './inspect.mjs';
import { collect } from './pages.mjs';

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

const seen = new Map();

for (const { address, what } of pages) {
  test(`${address} (${what}) at 1280`, async () => seen.set(address, await onDesk(page, watched, address)));
  test(`${address} (${what}) at 320`, () => onPhone(page, watched, address));
}

test('each page has its own title', () => {
  // Addresses that lead nowhere share the page of their error.
  const errors = new Set(pages.filter((example) => example.status !== 200).map((example) => example.address));
  assert.deepEqual(sharedTitles([...seen].filter(([address]) => !errors.has(address))), []);
});

test('each link to a part of a page finds it', () => assert.deepEqual(brokenAnchors(seen), []));

for (const address of ['/', '/gouvernances', '/gouvernances/grain-vendee', '/gouvernances/grain-vendee/membres', '/composants', '/national', '/cadre-minimum', '/gouvernances/reseau-exemple-vallee/barometre', '/statistiques', '/aide', '/connexion', '/demonstration/personnages', '/cette-page-n-existe-pas']) {
  test(`${address} in the dark`, async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    try {
      await open(page, watched, address, desk);
      await inspect(page);
    } finally {
      await page.emulateMedia({ colorScheme: null });
    }
  });
}
