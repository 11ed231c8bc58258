// A vote in session, from its preparation to the minutes: on a phone, without any script, with the keyboard alone; and what
// somebody who does not see the ballot is told of it.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { launch, openPage, phone, watch } from './browser.mjs';
import { takePlace } from './people.mjs';
import { freePort, linkIn, serve } from './server.mjs';

const BODY = '/gouvernances/reseau-exemple-vallee/instances/assemblee-du-reseau';

const port = await freePort();
const site = `http://localhost:${port}`;
const server = await serve(port, []);
const browser = await launch();
after(async () => {
  await browser.close();
  await server.stop();
});

/** One who has a keyboard: moves with Tab until `target` has the focus. */
function keys(page) {
  const main = page.locator('main');
  async function reach(target) {
    for (let stops = 0; stops < 200; stops++) {
      if (await page.locator(':focus').and(target).count()) return;
      await page.keyboard.press('Tab');
    }
    assert.fail(`the keyboard never reaches ${target}`);
  }
  return {
    page,
    main,
    reach,
    async follow(name) {
      await reach(main.getByRole('link', { name }).first());
      await page.keyboard.press('Enter');
    },
    async press(name) {
      await reach(main.getByRole('button', { name }).first());
      await page.keyboard.press('Enter');
    },
    async type(label, text) {
      await reach(main.getByLabel(label).first());
      await page.keyboard.press('Control+A');
      await page.keyboard.type(text);
    },
    /** Of a group of radio buttons, the `rank`th: the arrows move and choose. */
    async choose(group, rank) {
      await reach(main.getByRole('group', { name: group }).getByRole('radio'));
      await page.keyboard.press('Space');
      for (let step = 0; step < rank; step++) await page.keyboard.press('ArrowDown');
    },
    said: (sentence) => page.getByRole('status').filter({ hasText: sentence }).first().waitFor(),
    heading: (name) => page.getByRole('heading', { name }).first().waitFor(),
  };
}

/** A session with everybody there, prepared as usual; gives the page of the meeting. */
async function session(page) {
  const main = page.locator('main');
  await page.goto(`${BODY}/reunions/nouvelle`);
  await main.getByLabel('Titre').fill('Réunion où l’on vote');
  await main.getByRole('textbox', { name: /^Jour/ }).fill('12/03/2030');
  const template = main.getByRole('checkbox', { name: /^Reprendre le modèle/ });
  if (await template.count()) await template.uncheck();
  await main.getByRole('button', { name: 'Préparer cette réunion' }).click();
  await main.getByRole('link', { name: 'Ajouter un point' }).click();
  await main.getByLabel('Intitulé').fill('Ouvrir le samedi matin');
  await main.getByRole('button', { name: 'Ajouter ce point' }).click();
  await main.getByRole('link', { name: 'La page de la réunion' }).click();
  const place = new URL(page.url()).pathname;
  await main.getByRole('link', { name: 'Ouvrir la séance' }).click();
  await main.getByRole('button', { name: 'Ouvrir la séance' }).click();
  await main.getByRole('link', { name: 'Noter la présence' }).click();
  for (const choice of await main.getByRole('combobox').all()) await choice.selectOption('principal');
  await main.getByRole('button', { name: 'Enregistrer la présence' }).click();
  await main.getByRole('link', { name: /^Préparer un vote/ }).first().waitFor();
  return place;
}

test('a vote from its preparation to the minutes, with the keyboard alone, on a phone, without any script', async () => {
  const page = await openPage(browser, { baseURL: site, viewport: phone, javaScriptEnabled: false });
  const watched = await watch(page, site);
  await takePlace(page, 'Alix Exemple');
  const place = await session(page);
  const { main, follow, press, choose, said, heading } = keys(page);

  await follow(/^Préparer un vote/);
  await heading('Préparer un vote');
  await press('Enregistrer ce vote');
  await said('Le vote est préparé');
  const vote = new URL(page.url()).pathname;
  await follow('Ouvrir le vote');
  await press('Ouvrir le vote');
  await said('Le vote est ouvert');

  // One's own, sent empty first: what is wrong is told, and the focus may go there.
  await follow('Voter');
  await press('Enregistrer mon vote');
  await page.getByRole('link', { name: 'Choisissez une réponse.' }).waitFor();
  await choose('Votre vote', 1);
  await press('Enregistrer mon vote');
  await said('Votre vote est enregistré');
  // One changes one's mind.
  await follow('Changer ce vote');
  await choose('Votre vote', 0);
  assert.ok(await main.getByRole('radio', { name: 'Contre' }).isChecked(), 'what was voted is shown, in a public vote');
  await page.keyboard.press('ArrowUp');
  await press('Enregistrer mon vote');
  await said('Votre vote est enregistré');

  // The others, by show of hands.
  await follow('Saisir les votes de la salle');
  await follow('Tout le monde : Pour');
  await press('Enregistrer');
  await said('Les votes de la salle sont enregistrés');
  await follow('Clore le vote');
  await press('Clore le vote');
  await said('Le vote est clos');
  const sentence = /(\d+) pour sur \1 exprimés, majorité simple = \d+ : adopté/;
  assert.match(await main.textContent(), sentence);

  // It stands in the minutes by itself.
  await page.goto(`${place}/clore`);
  await press('Clore la séance');
  await heading('Compte rendu');
  assert.match(await main.textContent(), sentence);

  // Everybody reads the result, with who voted what.
  const visitor = await openPage(browser, { baseURL: site, viewport: phone, javaScriptEnabled: false });
  await visitor.goto(vote);
  assert.match(await visitor.locator('main').textContent(), sentence);
  assert.deepEqual(watched.take().faults, []);
  await visitor.context().close();
  await page.context().close();
});

test('a written vote, by the link of a message, as it is read aloud', async () => {
  const animator = await openPage(browser, { baseURL: site });
  await takePlace(animator, 'Alix Exemple');
  const main = animator.locator('main');
  await animator.goto(BODY);
  await main.getByRole('link', { name: 'Consulter par écrit' }).click();
  await main.getByLabel('Ce qui est soumis au vote').fill('Adopter la charte exemple');
  await main.getByLabel('Consultation écrite : dernier jour').fill('12/03/2030');
  await main.getByLabel('Vote secret').check();
  await main.getByRole('button', { name: 'Enregistrer ce vote' }).click();
  await main.getByRole('link', { name: 'Ouvrir le vote' }).click();
  await main.getByRole('button', { name: 'Ouvrir le vote' }).click();
  await animator.getByText('Le vote est ouvert').first().waitFor();

  const link = await linkIn(server, 'co-porteuse@exemple.fictif', '/scrutins/voter', 'Adopter la charte exemple');
  const page = await openPage(browser, { baseURL: site, viewport: phone, javaScriptEnabled: false });
  await page.goto(link);
  const ballot = page.locator('main');
  const aloud = await ballot.ariaSnapshot();
  const order = ['heading "Adopter la charte exemple"', 'siège dans cette instance', 'group "Votre vote', 'radio "Pour"', 'radio "Contre"', 'radio "Abstention"', 'button "Enregistrer mon vote"'];
  const places = order.map((what) => aloud.indexOf(what));
  assert.ok(!places.includes(-1), `${order[places.indexOf(-1)]} in ${aloud}`);
  assert.deepEqual(places, [...places].sort((one, other) => one - other), aloud);
  assert.match(aloud, /jamais ce qu'elle a voté/);
  await ballot.getByRole('radio', { name: 'Contre' }).check();
  await ballot.getByRole('button', { name: 'Enregistrer mon vote' }).click();
  await page.getByRole('heading', { name: 'Votre vote est enregistré' }).waitFor();
  await ballot.getByRole('link', { name: /^Changer ce vote/ }).click();
  assert.equal(await ballot.getByRole('radio', { checked: true }).count(), 0, 'a secret vote is shown to nobody again');
  await animator.reload();
  assert.match(await main.textContent(), /1 votant sur/);
  assert.doesNotMatch(await main.textContent(), /1 contre/i);
  await page.context().close();
  await animator.context().close();
});
