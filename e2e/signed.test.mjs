// Every page that takes an account, opened by who is entitled to it, held to what every page is held to.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { desk, launch, watch } from './browser.mjs';
import { brokenAnchors, inspect, onDesk, onPhone, open, sharedTitles } from './inspect.mjs';
import { collect } from './pages.mjs';
import { signedIn } from './people.mjs';
import { visits } from './visits.mjs';

/** The pages that are also opened in the dark. */
const DARK = /^\/(a-faire|compte(\/courriels)?|administration|gouvernances\/[^/]+\/administration(\/membres|\/pouvoirs)?)$/;

const browser = await launch();
after(() => browser.close());

for (const { who, prepare, ...wanted } of visits) {
  const { page, cookie } = await signedIn(browser, who);
  const prepared = (await prepare?.(page)) ?? [];
  const watched = await watch(page);
  const { pages, files, missing } = await collect({ ...wanted, states: [...wanted.states, ...prepared], cookie });

  test(`${who}: each declared route has an example`, () => assert.deepEqual(missing, []));

  test(`${who}: each address answers what is due`, () => {
    const wrong = [...pages, ...files].filter((example) => example.answered !== example.status);
    assert.deepEqual(wrong.map((example) => `${example.address} ${example.answered}`), []);
  });

  test(`${who}: no file is empty`, () => {
    assert.deepEqual(files.filter((file) => file.length === 0).map((file) => file.address), []);
  });

  const seen = new Map();
  for (const { address, what, status } of pages) {
    test(`${who}: ${address} (${what}) at 1280`, async () => {
      const facts = await onDesk(page, watched, address);
      if (status === 200) seen.set(address, facts);
    });
    test(`${who}: ${address} (${what}) at 320`, () => onPhone(page, watched, address));
  }

  test(`${who}: each page has its own title`, () => assert.deepEqual(sharedTitles(seen), []));

  test(`${who}: each link to a part of a page finds it`, () => assert.deepEqual(brokenAnchors(seen), []));

  for (const { address } of pages.filter((example) => example.status === 200 && DARK.test(example.address))) {
    test(`${who}: ${address} in the dark`, async () => {
      await page.emulateMedia({ colorScheme: 'dark' });
      try {
        await open(page, watched, address, desk);
        await inspect(page);
      } finally {
        await page.emulateMedia({ colorScheme: null });
      }
    });
  }
}
