// Every page that takes an account, opened by who is entitled to it, held to what every page is held to.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { desk, launch, watch } from './browser.mjs';
import { brokenAnchors, inspect, onDesk, onPhone, open, sharedTitles } from './inspect.mjs';
import { collect } from './pages.mjs';
import { signedIn } from './people.mjs';

const SLUG = 'reseau-exemple-vallee';
const within = `/gouvernances/${SLUG}/administration`;

/** The pages that are also opened in the dark. */
const DARK = /^\/(a-faire|compte|administration|gouvernances\/[^/]+\/administration(\/membres|\/pouvoirs)?)$/;

/** What the first of them cannot open: another governance's, or the national team's. */
const elsewhere = /^\/gouvernances\/\{slug\}\/(administration\/(reseaux|cadre)|cadre-minimum)\//;

/** The forms of a draft of the minimum framework are there once it is open. */
async function openDraft(page) {
  await page.goto('/administration/cadre-minimum');
  await page.getByRole('button', { name: 'Ouvrir un brouillon' }).click();
  await page.getByRole('heading', { name: 'Brouillon de la version 3' }).waitFor();
}

/** Who opens what. Together they open each route that takes an account. */
const visits = [
  {
    who: 'Dominique Exemple',
    accesses: /^(SignedIn|Needs\(.*\))$/,
    only: (path) => !path.startsWith('/administration') && !elsewhere.test(path),
    slug: SLUG,
    states: [
      ['a local network opens none', `${within}/reseaux/nouveau`, 409],
      ['a second factor takes a password, which a person of the demonstration has not', '/compte/double-authentification', 409],
      ['the candidates', `${within}/membres?statut=candidate`],
      ['a filter that keeps nothing', `${within}/membres?statut=admitted&categorie=region`],
      ['a search of a known organisation', `${within}/membres/nouveau?q=exemple`],
      ['a search of an organisation in vain', `${within}/membres/nouveau?q=zzzzzz`],
      ['the platform is not for everybody', '/administration', 403],
      ['another governance is not for everybody', '/gouvernances/reseau-exemple-plateau/administration', 403],
      ['no such member', `${within}/membres/inconnu`, 404],
    ],
  },
  {
    who: 'Andrea Exemple',
    accesses: /^Needs\(.*\)$/,
    only: (path) => path.startsWith('/administration') || /\/(administration\/reseaux|cadre-minimum)\//.test(path),
    slug: 'pyrenees-atlantiques',
    prepare: openDraft,
    states: [
      ['nothing to do', '/a-faire'],
      ['likely duplicates', '/administration/structures?a-voir=doublons'],
      ['organisations of a name', '/administration/structures?q=exemple'],
      ['no such organisation', '/administration/structures?q=zzzzzz'],
      ['accounts of a name', '/administration/comptes?q=dominique'],
      ['no account waits', '/administration/comptes?etat=invited'],
      ['a declaration to answer', '/gouvernances/nievre/cadre-minimum/une-feuille-de-route-est-adoptee/reponse'],
    ],
  },
  {
    who: 'Lou Exemple',
    accesses: /^Needs\(DeclareCriterion\)$/,
    slug: 'nievre',
    states: [
      ['what the framework asks', '/gouvernances/nievre/cadre-minimum'],
      ['what is lacking, among what is to do', '/a-faire'],
      ['what is counted is not declared', '/gouvernances/nievre/administration/cadre/des-membres-de-cinq-categories', 404],
    ],
  },
];

const browser = await launch();
after(() => browser.close());

for (const { who, prepare, ...wanted } of visits) {
  const { page, cookie } = await signedIn(browser, who);
  if (prepare) await prepare(page);
  const watched = await watch(page);
  const { pages, files, missing } = await collect({ ...wanted, cookie });

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
