// A second product, for the tests that write or that need other settings: its own demonstration in its own folder.

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { binary } from './pages.mjs';

/** A free port of this machine. */
export async function freePort() {
  const probe = createServer();
  await new Promise((listening) => probe.listen(0, '127.0.0.1', listening));
  const { port } = probe.address();
  await new Promise((closed) => probe.close(closed));
  return port;
}

/**
 * Starts the product; the caller ends it with `stop`.
 * @param {number} port
 * @param {string[]} options more options of `maillage serve`
 */
export async function serve(port, options = []) {
  const folder = await mkdtemp(join(tmpdir(), 'maillage-e2e-'));
  const base = `http://localhost:${port}`;
  // No setting of whoever runs the tests.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(MAILLAGE_|DATABASE_URL$)/.test(name)));
  const own = ['--database=sqlite:maillage.db', `--listen=127.0.0.1:${port}`, `--public-address=${base}`];
  const child = spawn(binary, ['serve', ...own, '--mail=dossier:courriels', ...options], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await ready();
  } catch (fault) {
    await stop();
    throw fault;
  }
  const secret = () => readFile(join(folder, 'maillage.db.secret'), 'utf8');
  return { base, stop, letters: () => letters(join(folder, 'courriels')), secret, said: () => said };

  async function ready() {
    for (const limit = Date.now() + 120_000; Date.now() < limit; await pause(250)) {
      if (child.exitCode !== null) throw new Error(`the product ended: ${said}`);
      const healthy = await fetch(`http://127.0.0.1:${port}/health`).then((answer) => answer.ok, () => false);
      if (healthy) return;
    }
    throw new Error(`the product does not start: ${said}`);
  }
}

/** Starts the OpenID Connect provider of the tests; it ends with `stop`, or with the tests. */
export async function provide(options) {
  const child = spawn(process.execPath, [fileURLToPath(new URL('provider.mjs', import.meta.url)), ...options], { stdio: ['pipe', 'pipe', 'inherit'] });
  const line = await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve);
    child.once('exit', () => reject(new Error('the provider ended')));
  });
  return { ...JSON.parse(line), stop: () => child.stdin.end() };
}

/** The letters of a folder, the oldest first, decoded. */
async function letters(folder) {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.eml')).sort();
  return Promise.all(names.map(async (name) => decoded(await readFile(join(folder, name), 'utf8'))));
}

/** The recipient, and the first part of the text: what people who read no HTML see. */
function decoded(letter) {
  const [, to] = /^To: (.*)$/m.exec(letter) ?? [];
  const start = letter.search(/^Content-Type: text\/plain/m);
  const part = letter.slice(start).split(/^--/m)[0];
  const [head, ...rest] = part.split(/\r?\n\r?\n/);
  const body = rest.join('\n\n');
  const [, encoding] = /^Content-Transfer-Encoding: (.*?)\r?$/m.exec(head) ?? [];
  if (encoding === 'base64') return { to, text: Buffer.from(body, 'base64').toString('utf8') };
  if (encoding !== 'quoted-printable') return { to, text: body };
  const bytes = body.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return { to, text: Buffer.from(bytes, 'latin1').toString('utf8') };
}

/** Waits for a letter to this address, about something if it is said, and gives the link of its text that leads to `path`. */
export async function linkIn(server, to, path, about = '') {
  for (const limit = Date.now() + 30_000; Date.now() < limit; await pause(200)) {
    const mine = (await server.letters()).filter((letter) => letter.to?.toLowerCase().includes(to.toLowerCase()));
    for (const { text } of mine.reverse().filter((letter) => letter.text.includes(about))) {
      const [link] = text.match(new RegExp(`https?://\\S*${path}\\?cle=[0-9A-Za-z_-]+`)) ?? [];
      if (link) return link;
    }
  }
  throw new Error(`no letter to ${to} with a link to ${path}: ${JSON.stringify(await server.letters())}`);
}
