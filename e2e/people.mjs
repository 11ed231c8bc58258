// Signing in: as a person of the demonstration, by a click.

import { base, openPage } from './browser.mjs';

/** Takes the place of a person of the demonstration in this page. */
export async function takePlace(page, name) {
  await page.goto('/demonstration/personnages');
  await page.getByRole('button', { name: `Prendre sa place : ${name}` }).click();
  await page.waitForURL('**/a-faire');
}

/** A new page in which this person has signed in, and the session for what is asked without a browser. */
export async function signedIn(browser, name, options) {
  const page = await openPage(browser, options);
  await takePlace(page, name);
  const cookies = await page.context().cookies(base);
  return { page, cookie: cookies.map((cookie) => `${cookie.name}=${cookie.value}`).join('; ') };
}
