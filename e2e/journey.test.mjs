// From an empty governance to people who act in it, by click and text, without a script: opened from a model, its first
// manager invited, an account by password, another by an identity provider.

import assert from 'node:assert/strict';
import { after, afterEach, beforeEach, test } from 'node:test';

import { launch, openPage, watch } from './browser.mjs';
import { onDesk, onPhone } from './inspect.mjs';
import { takePlace } from './people.mjs';
import { freePort, linkIn, provide, serve } from './server.mjs';

const MANAGER = 'premiere.gestion@exemple.fictif';
const SECOND = 'prefecture@exemple.fictif';
const PASSWORD = 'Sept grands arbres bordent une rivière calme';

const port = await freePort();
const site = `http://localhost:${port}`;
const provider = await provide(['--redirect-uri', `${site}/connexion/openid/retour`, '--post-logout-redirect-uri', `${site}/`]);
const server = await serve(port, [
  `--openid-issuer=${provider.issuer}`,
  '--openid-client=maillage',
  '--openid-secret=a-secret-of-the-tests-only-0123456789',
  '--openid-label=Fournisseur fictif',
]);
const browser = await launch();
after(async () => {
  await browser.close();
  await server.stop();
  provider.stop();
});

let page;
beforeEach(async () => (page = await openPage(browser, { baseURL: site, javaScriptEnabled: false })));
afterEach(() => page.context().close());

test('the national team opens a governance from a model, and invites who manages it', async () => {
  await takePlace(page, 'Andrea Exemple');
  await page.goto('/administration/gouvernances/nouvelle');
  await main().getByRole('link').first().click();
  await heading('Ouvrir une gouvernance');
  await main().getByLabel('Nom de la gouvernance').fill('Gouvernance du parcours');
  const tiers = main().getByRole('group', { name: 'Échelon' }).getByRole('radio');
  if (await tiers.count()) await main().getByLabel('Échelon départemental').check();
  await main().getByLabel(/^Territoire/).fill('departement-48');
  await main().getByLabel('Première personne qui gère : nom').fill('Maxence Première');
  await main().getByLabel('Son adresse électronique').fill(MANAGER);
  await press('Ouvrir et inviter');
  await heading('Gouvernance du parcours');
  await said(/La gouvernance est ouverte/);
});

test('the invitation opens an account, which lands on what there is to do', async () => {
  await page.goto(await linkIn(server, MANAGER, '/invitation'));
  await heading('Ouvrir votre compte');
  await main().getByLabel('Mot de passe', { exact: false }).first().fill(PASSWORD);
  await main().getByLabel('Le même, une seconde fois').fill(PASSWORD);
  await press('Ouvrir mon compte');
  await heading('À faire');
  await said(/Bienvenue/);

  await addMember();
  await inviteSecond();

  await press('Se déconnecter', page.getByRole('banner'));
  await signIn();
  assert.match(await main().textContent(), /Gouvernance du parcours/);
});

test('a password alone takes a second factor, whose page holds like any other', async () => {
  await signIn();
  await page.goto('/compte/double-authentification');
  assert.match(page.url(), /\/compte\/double-authentification$/);
  // The session goes on where scripts run, which axe needs.
  const other = await openPage(browser, { baseURL: site, storageState: await page.context().storageState() });
  try {
    const watched = await watch(other, site);
    for (const address of ['/compte/double-authentification', '/compte']) {
      await onDesk(other, watched, address);
      await onPhone(other, watched, address);
    }
    assert.equal((await other.goto('/compte/double-authentification')).status(), 200);
  } finally {
    await other.context().close();
  }
});

test('an invitation serves once', async () => {
  const answer = await page.goto(await linkIn(server, MANAGER, '/invitation'));
  assert.equal(answer.status(), 409);
});

test('whom the provider names and nobody has invited is told so', async () => {
  await throughProvider('sans.siret@exemple.fictif');
  assert.match(await main().textContent(), /Aucun compte ni invitation ne correspond/);
  await page.goto('/a-faire');
  await heading('Se connecter');
});

test('an invited person signs in at the provider, acts, and signs out there too', async () => {
  await throughProvider(SECOND);
  await heading('À faire');
  assert.match(await main().textContent(), /Gouvernance du parcours/);
  await main().getByRole('link', { name: 'Gouvernance du parcours' }).first().click();
  await heading('Gouvernance du parcours');

  await press('Se déconnecter', page.getByRole('banner'));
  // Led there, or by a link: the content security policy stops a form's way to another site.
  const way = page.getByRole('link', { name: /Fournisseur fictif/ });
  const there = page.getByRole('heading', { name: 'Se déconnecter du fournisseur' });
  await way.or(there).first().waitFor();
  if (await way.isVisible()) await way.click();
  await there.waitFor();
  await page.getByRole('button', { name: 'Se déconnecter' }).click();
  await page.waitForURL((url) => url.origin === site);
  await page.goto('/a-faire');
  await heading('Se connecter');
  // The provider has forgotten too: it asks again who one is.
  await page.getByRole('link', { name: 'Se connecter avec Fournisseur fictif' }).click();
  await page.getByRole('heading', { name: 'Choisir un compte fictif' }).waitFor();
});

test('whoever gives up at the provider comes back with a sentence', async () => {
  await page.goto('/connexion');
  await page.getByRole('link', { name: 'Se connecter avec Fournisseur fictif' }).click();
  await page.getByRole('button', { name: 'Annuler' }).click();
  assert.match(await main().textContent(), /la connexion a été abandonnée/);
});

async function signIn() {
  await page.goto('/a-faire');
  await heading('Se connecter');
  await main().getByLabel('Adresse électronique').fill(MANAGER);
  await main().getByLabel('Mot de passe').fill(PASSWORD);
  await press('Se connecter');
  await heading('À faire');
}

async function addMember() {
  await main().getByRole('link', { name: 'Gouvernance du parcours' }).first().click();
  await page.goto(`${new URL(page.url()).pathname}/administration`);
  await main().getByRole('link', { name: 'Membres', exact: true }).click();
  await main().getByRole('link', { name: 'Ajouter une structure' }).click();
  await main().getByLabel('Nom de la structure').fill('Association du parcours');
  await main().getByLabel(/^Nature/).selectOption('Association');
  await main().getByLabel(/^Catégorie/).selectOption('Association');
  await press('Ajouter la structure');
  await page.getByRole('status').waitFor();
  assert.match(await main().textContent(), /Association du parcours/);
}

async function inviteSecond() {
  const [slug] = new URL(page.url()).pathname.match(/^\/gouvernances\/[^/]+/);
  await page.goto(`${slug}/administration`);
  await main().getByRole('link', { name: 'Pouvoirs', exact: true }).click();
  await main().getByRole('link', { name: /pouvoir|inviter/i }).first().click();
  await main().getByLabel('Pouvoir').selectOption('Gestionnaire de la gouvernance');
  await main().getByLabel('Nom de la personne').fill('Camille Préfecture');
  await main().getByLabel('Adresse électronique').fill(SECOND);
  await press('Inviter et donner le pouvoir');
  await said(/le courriel part/);
  await linkIn(server, SECOND, '/invitation');
}

async function throughProvider(address) {
  await page.goto('/connexion');
  await page.getByRole('link', { name: 'Se connecter avec Fournisseur fictif' }).click();
  await page.getByRole('button', { name: address }).click();
  await page.waitForURL((url) => url.origin === site);
}

function main() {
  return page.getByRole('main');
}

async function press(name, where = main()) {
  await where.getByRole('button', { name, exact: true }).click();
}

async function said(sentence) {
  assert.match(await page.getByRole('status').first().textContent(), sentence);
}

async function heading(name) {
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor({ timeout: 8000 });
}
