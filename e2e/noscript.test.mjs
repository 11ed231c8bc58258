// The jobs of a visitor, done by click and text in a browser that runs no script.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { after, afterEach, beforeEach, test } from 'node:test';

import { launch, openPage, phone } from './browser.mjs';

const browser = await launch();
after(() => browser.close());

let page;
beforeEach(async () => {
  page = await openPage(browser, { javaScriptEnabled: false });
  await page.goto('/');
});
afterEach(() => page.context().close());

test('from my postcode to my governance, its members, one of them, and back', async () => {
  await search('64290');
  await follow('Gan');
  await heading('Gan');
  await follow(/COPIN64/);
  await heading(/COPIN64/);
  await main().getByRole('link', { name: 'Membres', exact: true }).click();
  await heading(/COPIN64/);
  const members = page.url();
  const member = main().getByRole('table').first().getByRole('rowheader').getByRole('link').first();
  const name = (await member.textContent()).trim();
  await member.click();
  await heading(name);
  assert.match(await main().textContent(), /COPIN64/, 'the member says in which governances it takes part');
  await page.goBack();
  assert.equal(page.url(), members);
});

test('a name typed without accents nor capitals finds its territory', async () => {
  await search('saint etienne');
  await follow('Saint-Étienne');
  await heading('Saint-Étienne');
});

test('a postcode of one commune alone leads to its page', async () => {
  await search('64000');
  await heading('Pau');
});

test('a search without result says what to do', async () => {
  await search('zzzzzz');
  assert.match(await main().textContent(), /Aucun territoire ne correspond/);
  await follow('Bretagne');
  await heading('Bretagne');
});

test('many results are read page by page', async () => {
  await search('saint');
  const first = await results();
  await page.getByRole('link', { name: 'Résultats suivants' }).click();
  const second = await results();
  assert.equal(first.filter((line) => second.includes(line)).length, 0);
  await page.getByRole('link', { name: 'Premiers résultats' }).click();
  assert.deepEqual(await results(), first);
});

test('governances filtered by state, the second page, and back', async () => {
  await page.goto('/gouvernances');
  await page.getByText('Filtrer').click();
  await page.getByLabel('État').selectOption('En préparation');
  await page.getByRole('button', { name: 'Appliquer' }).click();
  await filtered();
  const first = await rows();
  await page.getByRole('link', { name: 'Page suivante' }).click();
  await filtered();
  const second = await rows();
  assert.ok(second.length > 0);
  assert.equal(first.filter((row) => second.includes(row)).length, 0);
  await page.getByRole('link', { name: 'Page précédente' }).click();
  await filtered();
  assert.deepEqual(await rows(), first);
  await page.getByRole('link', { name: 'Tout effacer' }).click();
  assert.equal(await page.getByLabel('État').inputValue(), '');

  async function filtered() {
    assert.match(page.url(), /etat=preparation/);
    assert.equal(await page.getByLabel('État').inputValue(), 'preparation');
    const states = await main().locator('tbody .fr-badge:not(.fr-badge--fictitious)').allTextContents();
    assert.deepEqual([...new Set(states)], ['En préparation']);
  }
});

for (const [format, type, start] of [
  ['CSV', /^text\/csv/, 'identifiant,nom'],
  ['ODS', /^application\/vnd\.oasis\.opendocument\.spreadsheet$/, 'PK'],
  ['XLSX', /^application\/vnd\.openxmlformats-officedocument\.spreadsheetml\.sheet$/, 'PK'],
]) {
  test(`the governances are downloaded as ${format}`, async () => {
    await page.goto('/gouvernances?echelon=local');
    const answer = page.waitForResponse((response) => response.url().includes('/gouvernances.'));
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: format, exact: true }).click()]);
    assert.match((await answer).headers()['content-type'], type);
    assert.equal(download.suggestedFilename(), `gouvernances.${format.toLowerCase()}`);
    const content = await readFile(await download.path());
    assert.ok(content.toString('latin1').includes(start) && content.length > 500, `${content.length} bytes`);
    if (format === 'CSV') {
      const text = content.toString('utf8');
      assert.ok(text.includes('Échelon local') && !text.includes('Échelon départemental'), 'the filter holds in the file');
    }
  });
}

test('the code of a commune that was merged leads to the commune of today', async () => {
  await page.goto('/territoires/commune-14697');
  assert.match(page.url(), /\/territoires\/commune-14654$/);
  await heading('Saint-Pierre-en-Auge');
});

test('from the register to one act, whose digest anyone can compute', async () => {
  await page.getByRole('navigation', { name: 'Menu principal' }).getByRole('link', { name: 'Registre' }).click();
  await heading('Registre');
  await main().getByRole('listitem').getByRole('link').first().click();
  await heading(/^Acte n° \d+$/);
  await page.getByText('Vérifier cet acte soi-même').click();
  const value = async (term) => {
    const line = main().locator('dl > div').filter({ has: page.getByText(term, { exact: true }) });
    return (await line.locator('dd').textContent()).trim();
  };
  const before = Buffer.from(await value('Empreinte précédente'), 'hex');
  const digest = createHash('sha256').update(before).update(await value('Texte exact'), 'utf8').digest('hex');
  assert.equal(digest, await value("Empreinte de l'acte"));
});

test('the menu of a phone opens and leads on', async () => {
  await page.setViewportSize(phone);
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('navigation', { name: 'Menu principal' }).getByRole('link', { name: 'Structures' }).click();
  await heading('Structures');
});

test('an address that leads nowhere offers a way out', async () => {
  const answer = await page.goto('/gouvernances/inconnue');
  assert.equal(answer.status(), 404);
  await page.getByRole('link', { name: "Revenir à l'accueil" }).click();
  assert.equal(new URL(page.url()).pathname, '/');
});

function main() {
  return page.getByRole('main');
}

/** Types into the search of the page, not that of the header, and sends it. */
async function search(words) {
  const form = main().getByRole('search');
  await form.getByRole('searchbox').fill(words);
  await form.getByRole('button', { name: 'Chercher' }).click();
}

/** Clicks a link of the page by its text. */
async function follow(name) {
  await main().getByRole('link', { name, exact: typeof name === 'string' }).first().click();
}

/** Fails unless the page now has this heading. */
async function heading(name) {
  await page.getByRole('heading', { level: 1, name, exact: typeof name === 'string' }).waitFor({ timeout: 5000 });
}

function results() {
  return main().locator('.m-results li').allTextContents();
}

function rows() {
  return main().locator('tbody tr').allTextContents();
}
