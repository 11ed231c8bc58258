// The product with a keyboard alone.

import assert from 'node:assert/strict';
import { after, afterEach, beforeEach, test } from 'node:test';

import { desk, launch, openPage, phone } from './browser.mjs';

const browser = await launch();
after(() => browser.close());

let page;
beforeEach(async () => (page = await openPage(browser)));
afterEach(() => page.context().close());

for (const [window, size] of [['a phone', phone], ['a desk', desk]]) {
  for (const [label, id] of [['Contenu', 'contenu'], ['Menu', 'menu'], ['Pied de page', 'pied']]) {
    test(`the skip link « ${label} » moves the focus, on ${window}`, async () => {
      await open('/gouvernances', size);
      await tabTo((stop) => stop.text === label);
      assert.ok((await here()).seen, 'the skip link shows when it has the focus');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate((id) => document.activeElement.closest(`#${id}`)?.id, id), id);
    });
  }
}

test('on a desk, the order is: skip links, home, menu, search, page', async () => {
  await open('/territoires', desk);
  const stops = [];
  await tabTo((stop) => stops.push(stop) && stop.inMain);
  const texts = stops.map((stop) => stop.text);
  assert.deepEqual(texts.slice(0, 3), ['Contenu', 'Menu', 'Pied de page']);
  const order = ['Maillage', 'Gouvernances', 'Aide', 'recherche-entete', 'recherche-territoire'];
  const places = order.map((wanted) => stops.findIndex((stop) => stop.text.startsWith(wanted) || stop.id === wanted));
  assert.ok(!places.includes(-1), `${order} in ${texts}`);
  assert.deepEqual(places, [...places].sort((one, other) => one - other));
});

test('a search is typed and sent', async () => {
  await open('/', desk);
  await tabTo((stop) => stop.id === 'recherche-territoire');
  await page.keyboard.type('64000');
  await page.keyboard.press('Enter');
  await page.waitForURL(/territoires/);
  assert.match(await page.title(), /64000|Pau/);
});

test('the menu of a phone opens, is walked, and closes with Escape', async () => {
  await open('/aide', phone);
  const menu = page.locator('#menu-panneau');
  assert.ok(!(await menu.isVisible()));
  await tabTo((stop) => stop.text === 'Menu' && stop.tag === 'BUTTON');
  await page.keyboard.press('Enter');
  assert.ok(await menu.isVisible());
  await tabTo((stop) => stop.text === 'Territoires', 8);
  await page.keyboard.press('Escape');
  assert.ok(!(await menu.isVisible()));
  assert.equal((await here()).text, 'Menu', 'the focus comes back to the button');
});

test('a link of the menu of a phone is followed', async () => {
  await open('/aide', phone);
  await tabTo((stop) => stop.text === 'Menu' && stop.tag === 'BUTTON');
  await page.keyboard.press('Space');
  await tabTo((stop) => stop.text === 'Territoires', 8);
  await page.keyboard.press('Enter');
  await page.waitForURL('/territoires');
});

test('the filters are unfolded, chosen and applied', async () => {
  await open('/gouvernances', phone);
  await tabTo((stop) => stop.tag === 'SUMMARY');
  await page.keyboard.press('Enter');
  await tabTo((stop) => stop.name === 'etat', 4);
  await page.keyboard.type('Inst');
  await tabTo((stop) => stop.text === 'Appliquer', 6);
  await page.keyboard.press('Enter');
  await page.waitForURL(/etat=installed/);
  assert.equal(await page.getByLabel('État').inputValue(), 'installed');
});

test('the map is reached, each département says its name, Enter opens it', async () => {
  await open('/', desk);
  const stop = await tabTo((stop) => stop.onMap);
  assert.match(stop.label, /^\S.*:/, 'the link says département and state');
  const before = page.url();
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.href !== before);
  assert.match(new URL(page.url()).pathname, /^\/(gouvernances|territoires)\/./);
});

test('a table wider than a phone scrolls with the arrows', async () => {
  await open('/gouvernances', phone);
  await tabTo((stop) => stop.scrolls);
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(() => document.activeElement.scrollLeft > 0, null, { timeout: 2000 });
});

for (const [window, size] of [['a phone', phone], ['a desk', desk]]) {
  test(`somebody signs in, is told of errors, and is led to their fields, on ${window}`, async () => {
    await open('/demonstration/personnages', size);
    await tabTo((stop) => stop.text === 'Prendre sa place : Dominique Exemple');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/a-faire');

    await open('/gouvernances/reseau-exemple-vallee/administration/pouvoirs/donner', size);
    await tabTo((stop) => stop.id === 'champ-email');
    await page.keyboard.type('pas une adresse');
    await tabTo((stop) => stop.text === 'Inviter et donner le pouvoir');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.id === 'erreurs');
    assert.ok((await here()).seen, 'the errors are in the window');
    for (const field of ['champ-name', 'champ-email']) {
      await tabTo((stop) => stop.href === `#${field}`, 3);
      await page.keyboard.press('Enter');
      await page.waitForFunction((id) => document.activeElement?.id === id, field);
      assert.ok((await here()).seen, 'the field is in the window');
      assert.match(await page.locator(`#${field}`).getAttribute('aria-describedby'), new RegExp(`${field}-erreur`));
      await page.locator('#erreurs').focus();
    }
    assert.equal(await page.locator('#champ-email').inputValue(), 'pas une adresse', 'what was typed is kept');
  });
}

for (const [address, size] of [
  ['/', desk],
  ['/connexion', phone],
  ['/demonstration/personnages', desk],
  ['/', phone],
  ['/gouvernances/grain-vendee', desk],
  ['/gouvernances?etat=installed', phone],
  ['/territoires?q=saint', phone],
  ['/composants', desk],
  ['/registre/1', desk],
]) {
  test(`each stop of ${address} at ${size.width} shows that it has the focus, and none holds it`, async () => {
    await open(address, size);
    const hidden = [];
    let stops = 0;
    for (let stop = await next(); stop; stop = await next()) {
      stops += 1;
      assert.ok(stops < 500, 'the end of the page is reached');
      if (!stop.seen || !stop.shown) hidden.push(`${stop.tag} ${stop.text || stop.label || stop.id} ${JSON.stringify(stop)}`);
    }
    assert.deepEqual(hidden, []);
    assert.ok(stops > 15, `${stops} stops`);
  });
}

async function open(address, size) {
  await page.setViewportSize(size);
  await page.goto(address);
}

/** Presses Tab until the stop is the wanted one. */
async function tabTo(wanted, limit = 300) {
  const passed = [];
  for (let count = 0; count < limit; count += 1) {
    const stop = await next();
    if (!stop) break;
    if (wanted(stop)) return stop;
    passed.push(stop.text || stop.id);
  }
  assert.fail(`not reached; passed: ${passed.join(' | ')}`);
}

async function next() {
  await page.keyboard.press('Tab');
  return here();
}

/** What has the focus; null beyond the end of the page. */
function here() {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    // A link without a box of its own (`display: contents`) is seen by what it holds.
    const parts = [element, ...element.querySelectorAll('*')];
    const looks = () =>
      parts
        .map((part) => getComputedStyle(part))
        .map((style) => [style.outlineStyle, style.outlineWidth, style.boxShadow, style.stroke, style.strokeWidth].join())
        .join(';');
    const focused = looks();
    element.blur();
    const plain = looks();
    element.focus({ focusVisible: true, preventScroll: true });
    const inWindow = (part) => {
      const box = part.getBoundingClientRect();
      return box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    };
    return {
      tag: element.tagName,
      id: element.id,
      name: element.getAttribute('name'),
      href: element.getAttribute('href'),
      text: element.textContent.trim().replace(/\s+/g, ' ').slice(0, 80),
      label: element.getAttribute('aria-label') ?? element.querySelector('title')?.textContent ?? '',
      inMain: Boolean(element.closest('main')),
      onMap: Boolean(element.closest('.m-map svg')),
      scrolls: element.scrollWidth > element.clientWidth + 1 && element.tabIndex === 0 && !element.matches('a, button, input, select, summary'),
      seen: parts.some(inWindow),
      shown: focused !== plain,
    };
  });
}
