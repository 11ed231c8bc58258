// A meeting from its planning to its public minutes: by click and text with the scripts of the pages, on a phone without
// any script, and entered afterwards from paper.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { desk, launch, openPage, phone, watch } from './browser.mjs';
import { takePlace } from './people.mjs';
import { freePort, linkIn, serve } from './server.mjs';

const BODY = '/gouvernances/reseau-exemple-vallee/instances/assemblee-du-reseau';
const WHO = 'Alix Exemple';
const DEPUTY = 'suppleance@exemple.fictif';

const port = await freePort();
const site = `http://localhost:${port}`;
const server = await serve(port, []);
const browser = await launch();
after(async () => {
  await browser.close();
  await server.stop();
});

/** The day in Paris, as a form takes it, so many days from now. */
function day(days) {
  const parts = new Intl.DateTimeFormat('fr-FR', { timeZone: 'Europe/Paris', day: '2-digit', month: '2-digit', year: 'numeric' });
  return parts.format(new Date(Date.now() + days * 86_400_000));
}

/** The hour in Paris, now or a minute ago, as a pattern. */
function hourInParis() {
  const hour = (at) => Number(new Intl.DateTimeFormat('fr-FR', { timeZone: 'Europe/Paris', hour: 'numeric', minute: 'numeric' }).formatToParts(at)[0].value);
  return `(${hour(Date.now())}|${hour(Date.now() - 60_000)})`;
}

/** A meeting convened for today has to begin before midnight in Paris: just before it, one waits for the next day. */
async function notAtMidnight() {
  const hour = () => new Intl.DateTimeFormat('fr-FR', { timeZone: 'Europe/Paris', hour: '2-digit', minute: '2-digit' }).format(new Date());
  while (hour() >= '23:50') await new Promise((resolve) => setTimeout(resolve, 10_000));
}

/** One who works in a window, by the names of what is on screen. */
function hands(page) {
  const main = page.locator('main');
  return {
    page,
    main,
    follow: (name) => main.getByRole('link', { name }).first().click(),
    press: (name) => main.getByRole('button', { name }).first().click(),
    fill: (label, text) => main.getByLabel(label).first().fill(text),
    heading: (name) => page.getByRole('heading', { name }).first().waitFor(),
    said: (sentence) => page.getByRole('status').filter({ hasText: sentence }).first().waitFor(),
  };
}

async function plan({ page, main, follow, press, fill, heading }, title, on, hour) {
  await page.goto(`${BODY}/reunions/nouvelle`);
  await fill('Titre', title);
  await main.getByLabel('Format').selectOption({ label: 'Suivi de projets' });
  await fill('Jour', on);
  await fill('Heure du début', hour);
  await fill('Durée, en minutes', '60');
  await fill('Lieu', 'Salle exemple');
  await main.getByLabel("Reprendre le modèle d'ordre du jour").uncheck();
  await press('Préparer cette réunion');
  for (const [name, kind, minutes] of [
    ['Où en est-on', 'Information', '15'],
    ['Les horaires d’été', 'Décision', '30'],
  ]) {
    await follow('Ajouter un point');
    await fill('Intitulé', name);
    await main.getByLabel('Nature').selectOption({ label: kind });
    await fill('Durée, en minutes', minutes);
    await press('Ajouter ce point');
  }
  await follow('La page de la réunion');
  await heading(title);
  return new URL(page.url()).pathname;
}

/** Everybody there, but one who is absent. */
async function enterPresence({ main, follow, press, said }) {
  await follow('Noter la présence');
  const fields = main.getByRole('combobox');
  for (let rank = 0; rank < (await fields.count()); rank++) {
    await fields.nth(rank).selectOption(rank === 1 ? 'absent' : 'principal');
  }
  await press('Enregistrer la présence');
  await said('La présence est enregistrée.');
}

async function addTask({ main, press, fill, follow, said }) {
  await follow(/^Ajouter une décision/);
  await main.getByRole('radio', { name: 'Tâche' }).check();
  await fill('En une phrase', 'Afficher les horaires');
  await fill('Ou bien', 'Tiers-lieu exemple');
  await fill('Pour le', day(20));
  await press('Ajouter');
  await said("C'est ajouté.");
}

async function finish(hand, place, { from }) {
  const { page, main, follow, press, fill, said, heading } = hand;
  await follow('Clore la séance');
  if (from === 'paper') await fill('Heure de clôture', '15:10');
  await press('Clore la séance');
  await heading('Compte rendu');
  await follow('Envoyer en relecture');
  await press('Envoyer en relecture');
  await said(/Le compte rendu est en relecture/);
  return { page, main, place };
}

async function publish({ main, follow, press, fill, said }) {
  await follow('Faire approuver');
  await fill('Approuvé le', day(0));
  await fill('De quelle façon', 'en fin de séance');
  await press('Approuver');
  await said(/Le compte rendu est approuvé/);
  await main.getByRole('link', { name: /^Occulter un passage/ }).first().click();
  await fill('Passage à occulter', 'Madame Exemple');
  await main.getByRole('radio', { name: /^Vie privée/ }).check();
  await press('Occulter');
  await said('Le passage est occulté.');
  await follow('Publier le compte rendu');
  await press('Publier le compte rendu');
  await said('Le compte rendu est public.');
}

/** What everybody reads, and takes away. */
async function asEverybody(place) {
  const page = await openPage(browser, { baseURL: site, javaScriptEnabled: false });
  await page.goto(`${place}/compte-rendu`);
  const text = await page.locator('main').textContent();
  assert.match(text, /passage non publié : vie privée/);
  assert.doesNotMatch(text, /Madame Exemple/);
  assert.match(text, /Afficher les horaires/);
  for (const [name, begins] of [['compte-rendu.pdf', '%PDF-'], ['synthese.pdf', '%PDF-'], ['compte-rendu.odt', 'PK']]) {
    const file = await page.request.get(`${place}/${name}`);
    assert.equal(file.status(), 200, name);
    assert.ok((await file.body()).subarray(0, 5).toString('latin1').startsWith(begins), name);
  }
  await page.context().close();
}

for (const { how, options } of [
  // Whoever takes notes may sit elsewhere: the hours are those of the meeting.
  { how: 'with the scripts of the pages', options: { viewport: desk, timezoneId: 'Pacific/Noumea' } },
  { how: 'on a phone without any script', options: { viewport: phone, javaScriptEnabled: false } },
]) {
  test(`a meeting from its planning to its public minutes, ${how}`, async () => {
    await notAtMidnight();
    const scripts = options.javaScriptEnabled !== false;
    const page = await openPage(browser, { baseURL: site, ...options });
    const watched = await watch(page, site);
    const hand = hands(page);
    const { main, follow, press, fill, said, heading } = hand;
    await takePlace(page, WHO);
    const title = `Réunion du parcours, ${how}`;
    const place = await plan(hand, title, day(0), '23:58');
    await follow('Convoquer');
    await press('Envoyer la convocation');
    await said(/La réunion est convoquée/);

    // Somebody answers from the message, without an account.
    const guest = hands(await openPage(browser, { baseURL: site, viewport: phone, javaScriptEnabled: false }));
    await guest.page.goto(await linkIn(server, DEPUTY, '/reunions/reponse', title));
    await guest.main.getByRole('radio', { name: 'Présent', exact: true }).check();
    await guest.press('Envoyer la réponse');
    await guest.heading('Votre réponse est enregistrée');

    await page.goto(place);
    await follow('Ouvrir la séance');
    await press('Ouvrir la séance');
    await said(/La séance est ouverte/);
    await enterPresence(hand);
    await press('Commencer le premier point');
    await said('Ce point est en cours.');
    await main.getByLabel('Notes').first().fill('Madame Exemple propose deux soirs.\n\nLe jeudi est retenu.');
    if (scripts) {
      const said = await main.getByText(/^Enregistré à/).first().textContent();
      assert.match(said, new RegExp(`^Enregistré à ${hourInParis()}\\sh(\\s[0-5][0-9])?$`));
      await page.reload();
      assert.match(await main.getByLabel('Notes').first().inputValue(), /Le jeudi est retenu/, 'notes save themselves');
    } else {
      await press('Enregistrer les notes');
      await said('Les notes sont enregistrées.');
    }
    await addTask(hand);
    await press('Point suivant');
    await said('Ce point est en cours.');
    await follow('Écran de la salle');
    await heading('Les horaires d’été');
    await follow('Revenir à la séance');
    await finish(hand, place, { from: 'session' });

    await guest.page.goto(await linkIn(server, DEPUTY, '/reunions/relecture', title));
    await guest.fill("Ce qu'il faut corriger", 'Le jeudi ou le vendredi.');
    await guest.press('Demander cette correction');
    await guest.main.getByText('Votre demande est enregistrée').waitFor();
    await guest.page.context().close();

    await page.goto(`${place}/compte-rendu`);
    await follow(/^Répondre à/);
    await main.getByRole('radio', { name: 'Retenue', exact: true }).check();
    await press('Répondre');
    await said('La réponse est enregistrée.');
    await publish(hand);
    assert.deepEqual(watched.take().faults, []);
    await page.context().close();
    await asEverybody(place);
  });
}

test('two people take notes on one item, one of them off line: nothing is lost', async () => {
  const [first, second] = [
    hands(await openPage(browser, { baseURL: site })),
    hands(await openPage(browser, { baseURL: site })),
  ];
  await takePlace(first.page, WHO);
  await takePlace(second.page, 'Dominique Exemple');
  const place = await plan(first, 'Réunion à deux plumes', day(3), '10:00');
  await first.follow('Ouvrir la séance');
  await first.press('Ouvrir la séance');
  await second.page.goto(`${place}/seance`);
  await second.page.context().setOffline(true);
  await second.main.getByLabel('Notes').first().fill('Écrit hors ligne.');
  await second.main.getByText(/^Hors ligne/).first().waitFor();
  // Off line, the button keeps the page and the notes.
  await second.press('Enregistrer les notes');
  await second.main.getByText(/^Hors ligne/).first().waitFor();
  assert.equal(await second.main.getByLabel('Notes').first().inputValue(), 'Écrit hors ligne.');
  await first.main.getByLabel('Notes').first().fill('Écrit en ligne.');
  await first.main.getByText(/^Enregistré à/).first().waitFor();
  // Off line, the window is even closed and opened again once the network is back.
  await second.page.context().setOffline(false);
  await second.page.reload();
  let notes = '';
  for (const limit = Date.now() + 20_000; Date.now() < limit && !/hors ligne/.test(notes); ) {
    await first.page.waitForTimeout(1000);
    await first.page.reload();
    notes = await first.main.getByLabel('Notes').first().inputValue();
  }
  assert.match(notes, /Écrit en ligne\./);
  assert.match(notes, /Écrit hors ligne\./);
  await first.page.context().close();
  await second.page.context().close();
});

test('a meeting held on paper is entered afterwards, with the hours of the signed sheet', async () => {
  const page = await openPage(browser, { baseURL: site, javaScriptEnabled: false });
  const hand = hands(page);
  const { main, follow, press, fill, said } = hand;
  await takePlace(page, WHO);
  const place = await plan(hand, 'Réunion tenue sur papier', day(-2), '14:00');
  await follow("Feuille d'émargement");
  await main.getByText(/Personne n'est encore appelé|À imprimer/).first().waitFor();
  const sheet = await page.request.get(`${place}/emargement.pdf`);
  assert.equal(sheet.status(), 200);
  await page.goto(`${place}/ouvrir`);
  assert.equal(await main.getByLabel("Heure d'ouverture").inputValue(), '14:00');
  await fill("Heure d'ouverture", '14:05');
  await press('Ouvrir la séance');
  await enterPresence(hand);
  await main.getByLabel('Notes').first().fill('Madame Exemple lit le relevé de la feuille.');
  await press('Enregistrer les notes');
  await addTask(hand);
  await finish(hand, place, { from: 'paper' });
  const told = (await main.textContent()).replaceAll(/[\u00a0\u202f]/g, ' ');
  assert.match(told, /Ouverte à 14 h 05, close à 15 h 10/);
  await publish(hand);
  await said('Le compte rendu est public.');
  await page.context().close();
  await asEverybody(place);
});
