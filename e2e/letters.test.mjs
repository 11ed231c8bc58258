// The pages of a message's links, without an account: what they look like, that opening them changes nothing, and their buttons.

import assert from 'node:assert/strict';
import { createHmac, hkdfSync } from 'node:crypto';
import { after, test } from 'node:test';

import { launch, openPage, watch } from './browser.mjs';
import { onDesk, onPhone } from './inspect.mjs';
import { takePlace } from './people.mjs';
import { freePort, serve } from './server.mjs';

const port = await freePort();
const site = `http://localhost:${port}`;
const server = await serve(port);
const browser = await launch();
after(async () => {
  await browser.close();
  await server.stop();
});

const page = await openPage(browser, { baseURL: site });
const watched = await watch(page, site);
await page.goto('/demonstration/personnages');
const form = page.locator('form', { has: page.getByRole('button', { name: 'Prendre sa place : Dominique Exemple' }) });
const person = await form.locator('input[name=personnage], button[name=personnage]').first().getAttribute('value');

/** A link as a message has it: of this person, for an hour. */
async function signed(purpose) {
  const about = Buffer.from(person.replaceAll('-', ''), 'hex');
  const until = Buffer.alloc(8);
  until.writeBigInt64BE(BigInt(Date.now() + 3_600_000) * 1000n);
  const secret = Buffer.from((await server.secret()).trim(), 'hex');
  const key = Buffer.from(hkdfSync('sha256', secret, 'maillage', purpose, 32));
  const message = Buffer.concat([about, until]);
  return Buffer.concat([message, createHmac('sha256', key).update(message).digest()]).toString('hex');
}

const settings = `/courriels/reglages?cle=${await signed('reglages-courriels')}`;
const unsubscribe = `/courriels/desinscription?cle=${await signed('desinscription-courriels:duties.meetings')}&sortes=duties.meetings`;

for (const [what, address] of [['the choices', settings], ['an unsubscription', unsubscribe]]) {
  test(`${what} by the link of a message at 1280`, () => onDesk(page, watched, address));
  test(`${what} by the link of a message at 320`, () => onPhone(page, watched, address));
}

test('one button unsubscribes, another takes it back, without a script and without an account', async () => {
  const reader = await openPage(browser, { baseURL: site, javaScriptEnabled: false });
  await reader.goto(unsubscribe);
  await reader.getByRole('button', { name: 'Ne plus recevoir' }).click();
  await reader.getByRole('heading', { name: /^C'est fait/ }).waitFor();
  await reader.getByRole('link', { name: /^Tous vos réglages/ }).click();
  const again = reader.getByRole('button', { name: /^Recevoir de nouveau/ });
  assert.equal(await again.count(), 2);
  await again.first().click();
  await reader.getByText('Vous recevrez de nouveau').waitFor();
  await reader.getByRole('button', { name: 'Choisir : Chaque jour' }).click();
  await reader.getByText('Un message groupé : chaque jour.').waitFor();
  await reader.context().close();
});

test('what was chosen by the link stands on the own page', async () => {
  await takePlace(page, 'Dominique Exemple');
  await page.goto('/compte/courriels');
  assert.ok(await page.getByLabel('Chaque jour').isChecked());
  assert.ok(await page.getByLabel('Ce qui est attendu de vous').isChecked());
  assert.ok(!(await page.getByLabel('Réunions annoncées, comptes rendus publiés').isChecked()));
  await page.getByLabel('Chaque mois').check();
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await page.getByText('Vos choix sont enregistrés.').waitFor();
  assert.ok(await page.getByLabel('Chaque mois').isChecked());
});
