// The browser of the tests: Debian's Chromium, driven by playwright-core, and what is watched on each page.

import { chromium } from 'playwright-core';

/** The server under test, without a slash at the end. */
export const base = (process.env.MAILLAGE_URL ?? 'http://127.0.0.1:8080').replace(/\/$/, '');

/** The two windows in which everything must hold. */
export const phone = { width: 320, height: 640 };
export const desk = { width: 1280, height: 900 };

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts Chromium. The caller closes it. */
export function launch() {
  return chromium.launch({ executablePath: process.env.MAILLAGE_CHROMIUM ?? '/usr/bin/chromium', args: flags });
}

/** A new page of its own context, French, with addresses relative to the server. */
export async function openPage(browser, options = {}) {
  const context = await browser.newContext({ baseURL: base, locale: 'fr-FR', viewport: desk, ...options });
  context.setDefaultTimeout(10_000);
  return context.newPage();
}

/**
 * Watches what a page does that it should not (errors on the console, refusals by the content security policy,
 * requests to another host) and how many bytes it transfers. `take` gives what happened since it was last called.
 */
export async function watch(page, site = base) {
  let faults = [];
  let bytes = 0;
  // The browser says on the console that a document was answered an error: the pages of errors are expected.
  const expected = (message) => /status of 4(03|04|09|22) /.test(message.text()) && message.location().url === page.url();
  page.on('console', (message) => {
    if (message.type() === 'error' && !expected(message)) faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`script: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(site)) faults.push(`request to another host: ${request.url()}`);
  });
  const network = await page.context().newCDPSession(page);
  await network.send('Network.enable');
  await network.send('Network.setCacheDisabled', { cacheDisabled: true });
  network.on('Network.loadingFinished', (event) => (bytes += event.encodedDataLength));
  return {
    take() {
      const taken = { faults, bytes };
      [faults, bytes] = [[], 0];
      return taken;
    },
  };
}
