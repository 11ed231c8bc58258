// Writes pictures of the main pages: `screenshots/` (not kept in git) for whoever works on their look, on a phone and
// on a desk, light and dark; `../docs/pictures/` for the README. Usage: MAILLAGE_URL=http://… node screenshots.mjs

import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { desk, launch, openPage, phone } from './browser.mjs';
import { reduce } from './palette.mjs';

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
  'erreur-404': '/cette-page-n-existe-pas',
};

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
/** Each picture of the README must stay light. */
const LIMIT = 200 * 1024;

const browser = await launch();
try {
  await mkdir(here('screenshots'), { recursive: true });
  for (const colorScheme of ['light', 'dark']) {
    for (const viewport of [phone, desk]) {
      const page = await openPage(browser, { viewport, colorScheme });
      for (const [name, address] of Object.entries(pages)) {
        await page.goto(address);
        await page.screenshot({ path: here(`screenshots/${name}-${viewport.width}-${colorScheme}.png`), fullPage: true });
      }
      await page.goto('/');
      if (viewport === phone) {
        await page.getByRole('button', { name: 'Menu' }).click();
        await page.screenshot({ path: here(`screenshots/menu-${viewport.width}-${colorScheme}.png`) });
      }
      await page.context().close();
    }
  }
  await forTheReadme();
} finally {
  await browser.close();
}

async function forTheReadme() {
  await mkdir(here('../docs/pictures'), { recursive: true });
  const page = await openPage(browser, { viewport: desk });
  for (const [name, address] of [['home', '/'], ['governance', '/gouvernances/grain-vendee']]) {
    await page.goto(address);
    await keep(page, name);
  }
  await page.context().close();

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
