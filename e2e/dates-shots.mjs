import { launch, desk, phone } from './browser.mjs';
import { signedIn } from './people.mjs';
const browser = await launch();
const { page } = await signedIn(browser, 'Alix Exemple');
const S = '/gouvernances/reseau-exemple-vallee';
const B = `${S}/instances/assemblee-du-reseau`;
await page.goto(`${S}/reunions`);
const one = await page.getByRole('link', { name: 'Réunion de la série' }).first().getAttribute('href');
const joint = await page.getByRole('link', { name: 'Réunion commune des deux collèges' }).first().getAttribute('href');
await page.goto('/a-faire');
const dates = await page.locator('[href^="/reunions/dates/"]').first().getAttribute('href');
const accord = await page.locator('[href^="/reunions/accord/"]').first().getAttribute('href').catch(() => null);
const all = { year: `${B}/reunions`, body: B, serie: `${B}/reunions/serie`, meeting: one, poll: `${one}/dates`, newpoll: `${joint}/dates/nouveau`, answer: dates, accord, accords: `${joint}/accords`, invites: `${one}/invites`, following: `${one}/serie`, agenda: '/compte/agenda', todo: '/a-faire', convocation: `${joint}/convocation`, regles: `${B}/reunions/regles` };
async function shot(name) {
  for (const [size, view] of [['desk', desk], ['phone', phone]]) {
    await page.setViewportSize(view);
    await page.screenshot({ path: `/tmp/dates-shots/${name}-${size}.png`, fullPage: true });
  }
}
for (const [name, address] of Object.entries(all)) {
  if (!address) continue;
  await page.goto(address);
  await shot(name);
}
await page.goto(`${B}/reunions/serie`);
await page.getByLabel('À partir du').fill('01/12/2032');
await page.getByLabel("Jusqu'au").fill('30/06/2033');
await page.getByRole('button', { name: 'Voir les dates' }).click();
await shot('series-dates');
await page.getByRole('button', { name: 'Changer le rythme' }).click();
await page.getByLabel("Jusqu'au").fill('hier');
await page.getByRole('button', { name: 'Voir les dates' }).click();
await shot('series-error');
await browser.close();
