// Writes pictures of the pages: `screenshots/` (not kept in git) for whoever works on their look, on a phone and on a desk,
// light and dark, those that take an account as each person opens them; `../docs/pictures/` for the README.
// Usage: MAILLAGE_URL=http://… node screenshots.mjs [WORD…]
// With words, only the pages whose address or name holds one of them, and nothing for the README.

import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { desk, launch, openPage, phone } from './browser.mjs';
import { collect } from './pages.mjs';
import { reduce } from './palette.mjs';
import { signedIn } from './people.mjs';
import { visits } from './visits.mjs';

const pages = {
  accueil: '/',
  gouvernances: '/gouvernances',
  'gouvernances-filtrees': '/gouvernances?etat=installed&echelon=local',
  gouvernance: '/gouvernances/grain-vendee',
  'gouvernance-membres': '/gouvernances/grain-vendee/membres',
  'gouvernance-instances': '/gouvernances/grain-vendee/instances',
  'gouvernance-conventions': '/gouvernances/grain-vendee/conventions',
  'gouvernance-registre': '/gouvernances/grain-vendee/registre',
  'gouvernance-reseaux': '/gouvernances/pyrenees-atlantiques/reseaux',
  'gouvernance-fictive': '/gouvernances/reseau-exemple-vallee',
  'gouvernance-vide': '/gouvernances/ain',
  territoires: '/territoires',
  recherche: '/territoires?q=saint',
  'recherche-vaine': '/territoires?q=zzzzzz',
  commune: '/territoires/commune-14118',
  departement: '/territoires/departement-64',
  structures: '/structures',
  national: '/national',
  registre: '/registre',
  acte: '/registre/100',
  statistiques: '/statistiques',
  aide: '/aide',
  accessibilite: '/accessibilite',
  'plan-du-site': '/plan-du-site',
  composants: '/composants',
  connexion: '/connexion',
  oubli: '/connexion/oubli',
  personnages: '/demonstration/personnages',
  'erreur-404': '/cette-page-n-existe-pas',
};

/** Who runs the meeting that the demonstration holds today. */
const ANIMATOR = 'Isaure Exemple';

const words = process.argv.slice(2);
const wanted = ([name, address]) => words.length === 0 || words.some((word) => name.includes(word) || address.includes(word));

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
/** Each picture of the README must stay light. */
const LIMIT = 200 * 1024;

const browser = await launch();
try {
  await mkdir(here('screenshots'), { recursive: true });
  const views = ['light', 'dark'].flatMap((colorScheme) => [phone, desk].map((viewport) => ({ viewport, colorScheme })));
  for (const view of views) {
    const page = await openPage(browser, view);
    await take(page, view, Object.entries(pages));
    if (view.viewport === phone && wanted(['menu', '/'])) {
      await page.goto('/');
      await page.getByRole('button', { name: 'Menu' }).click();
      await page.screenshot({ path: path('menu', view) });
    }
    await page.context().close();
  }
  for (const { who, ...visit } of visits) {
    const own = await addresses(who, visit);
    for (const view of views) {
      const { page } = await signedIn(browser, who, view);
      await take(page, view, own);
      await page.context().close();
    }
  }
  const session = await inSession();
  if (session.some(wanted)) {
    for (const view of views) {
      const { page } = await signedIn(browser, ANIMATOR, view);
      await take(page, view, session);
      await page.context().close();
    }
  }
  if (words.length === 0) await forTheReadme(session);
} finally {
  await browser.close();
}

function path(name, { viewport, colorScheme }) {
  return here(`screenshots/${name}-${viewport.width}-${colorScheme}.png`);
}

/** Each of the pages that is wanted, as a whole. */
async function take(page, view, all) {
  for (const [name, address] of all.filter(wanted)) {
    await page.goto(address);
    await page.screenshot({ path: path(name, view), fullPage: true });
  }
}

/** The pages that somebody opens, named by the person and the address; identifiers are cut. */
async function addresses(who, visit) {
  const { page, cookie } = await signedIn(browser, who);
  const prepared = (await visit.prepare?.(page)) ?? [];
  await page.context().close();
  const { pages } = await collect({ ...visit, states: [...visit.states, ...prepared], cookie });
  const person = who.split(' ')[0].toLowerCase();
  const short = (address) => address.replace(/[0-9a-f-]{36}/g, (id) => id.slice(-4)).replace(/[^a-z0-9]+/g, '-');
  return pages.map(({ address }) => [`${person}${short(address)}`, address]);
}

/** The session of today's meeting with some notes and a decision: what its animator sees, and the screen of the room. */
async function inSession() {
  const { page } = await signedIn(browser, ANIMATOR);
  await page.goto('/a-faire');
  await page.getByRole('link', { name: 'Tenir la séance' }).first().click();
  await page.getByRole('heading', { name: 'Quorum' }).waitFor();
  const session = new URL(page.url()).pathname;
  const notes = page.getByLabel('Notes').first();
  if ((await notes.inputValue()) === '') {
    await notes.fill('Chaque structure dit en une minute ce qui commence et ce qui s’arrête.\n\nDeux lieux cherchent du matériel pour la rentrée.');
    await page.getByRole('button', { name: 'Enregistrer les notes' }).first().click();
    await page.getByText('Les notes sont enregistrées.').waitFor();
    await page.getByRole('link', { name: /^Ajouter une décision/ }).first().click();
    await page.getByRole('radio', { name: 'Décision' }).check();
    await page.getByLabel('En une phrase').fill('Le matériel disponible est annoncé ici chaque mois');
    await page.getByRole('button', { name: 'Ajouter' }).click();
    await page.getByText("C'est ajouté.").waitFor();
  }
  await page.context().close();
  return [['seance', session], ['seance-ecran', `${session}/ecran`]];
}

async function forTheReadme([[, session]]) {
  await mkdir(here('../docs/pictures'), { recursive: true });
  const page = await openPage(browser, { viewport: desk });
  for (const [name, address] of [['home', '/'], ['governance', '/gouvernances/grain-vendee']]) {
    await page.goto(address);
    await keep(page, name);
  }
  await page.context().close();

  const { page: animator } = await signedIn(browser, ANIMATOR, { viewport: desk });
  await animator.goto(session);
  await animator.getByRole('heading', { level: 1 }).evaluate((heading) => scrollTo(0, heading.getBoundingClientRect().top - 48));
  await keep(animator, 'session');
  await animator.context().close();

  const small = await openPage(browser, { viewport: { width: 320, height: 720 } });
  const shots = [];
  for (const address of ['/', '/gouvernances/grain-vendee', '/territoires/commune-14118']) {
    await small.goto(address);
    shots.push((await small.screenshot()).toString('base64'));
  }
  const images = shots.map((shot) => `<img src="data:image/png;base64,${shot}" style="border: 1px solid #c9c4b8">`);
  await small.context().close();

  // A blank page: the product's pages refuse images from elsewhere.
  const side = await openPage(browser, { viewport: { width: 1042, height: 762 } });
  await side.setContent(`<body style="margin: 20px; display: flex; gap: 18px; background: #efece3">${images.join('')}`);
  await keep(side, 'phone');
  await side.context().close();
}

async function keep(page, name) {
  const blank = await browser.newPage();
  const picture = await reduce(blank, await page.screenshot());
  await blank.close();
  await writeFile(here(`../docs/pictures/${name}.png`), picture);
  console.log(`docs/pictures/${name}.png: ${Math.round(picture.length / 1024)} KB`);
  if (picture.length > LIMIT) process.exitCode = 1;
}
