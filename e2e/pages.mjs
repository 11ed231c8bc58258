// The addresses that the browser tests open: at least one for each route that the product declares, and the states
// that a route alone does not show. Nothing is written by hand that the site itself can tell.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { base } from './browser.mjs';

/** The product. */
export const binary = process.env.MAILLAGE_BIN ?? fileURLToPath(new URL('../target/debug/maillage', import.meta.url));

/** How many examples of a route with parameters are kept, the ones below not counted. */
const EXAMPLES = 3;

/** States worth a look, with the status that is due. The demonstration data set holds them all. */
const STATES = [
  ['a governance with everything', '/gouvernances/grain-vendee'],
  ['a governance with local networks', '/gouvernances/pyrenees-atlantiques'],
  ['a fictitious governance', '/gouvernances/reseau-exemple-vallee'],
  ['an empty governance, in preparation', '/gouvernances/ain'],
  ['the national governance', '/gouvernances/nationale'],
  ['a commune', '/territoires/commune-14118'],
  ['an EPCI over several départements', '/territoires/epci-200054807'],
  ['a département', '/territoires/departement-64'],
  ['a région', '/territoires/region-28'],
  ['an overseas collectivity', '/territoires/collectivite-987'],
  ['the minimum framework in a governance of a document', '/gouvernances/grain-vendee/cadre-minimum'],
  ['a local network is free', '/gouvernances/reseau-exemple-vallee/cadre-minimum', 404],
  ['a barometer with meetings', '/gouvernances/reseau-exemple-vallee/barometre'],
  ['a barometer with nothing to count', '/gouvernances/ain/barometre'],
  ['a barometer without a role', '/gouvernances/pyrenees-atlantiques/barometre'],
  ['a barometer of a year of meetings', '/gouvernances/grain-vendee/barometre'],
  ['a decision that is under execution', '/gouvernances/reseau-exemple-vallee/decisions/2026-01'],
  ['a decision that was amended', '/gouvernances/grain-vendee/decisions/2026-01'],
  ['a decision that was repealed', '/gouvernances/landes/decisions/2026-01'],
  ['a decision that repeals', '/gouvernances/landes/decisions/2026-02'],
  ['no decision yet', '/gouvernances/reseau-exemple-plateau/decisions'],
  ['decisions of one body, by their words', '/gouvernances/grain-vendee/decisions?instance=seance-pleniere&q=priorites'],
  ['decisions that nobody took', '/decisions?q=zzzzzz'],
  ['no such decision', '/gouvernances/reseau-exemple-vallee/decisions/2026-99', 404],
  ['a search without result', '/territoires?q=zzzzzz'],
  ['a search with many results', '/territoires?q=saint'],
  ['filters that keep something', '/gouvernances?echelon=local&etat=installed'],
  ['filters that keep nothing', '/structures?q=zzzzzz'],
  ['filters with unknown values', '/gouvernances?etat=inconnu&echelon=inconnu&apres=illisible'],
  ['an unreadable mark of page', '/registre?avant=illisible'],
  ['an invitation without its key', '/invitation', 409],
  ['an answer to a convocation without its key', '/reunions/reponse', 409],
  ['minutes to read again without their key', '/reunions/relecture', 409],
  ['the choices of a message without its key', '/courriels/reglages', 409],
  ['an unsubscription without its key', '/courriels/desinscription', 409],
  ['an answer to a poll of dates without its key', '/reunions/dates', 409],
  ['an agreement without its key', '/reunions/accord', 409],
  ['a vote without its key', '/scrutins/voter', 409],
  ['votes of a governance, some of them open', '/gouvernances/reseau-exemple-vallee/scrutins'],
  ['a vote by seat with its result', '/gouvernances/syndicat-exemple/scrutins/creer-un-poste-de-mediation-numerique-mutualise'],
  ['a vote by college with its result', '/gouvernances/syndicat-exemple/scrutins/adopter-la-charte-de-l-accueil-numerique'],
  ['a body that votes by college', '/gouvernances/syndicat-exemple/instances/assemblee-des-membres'],
  ['elections of a governance', '/gouvernances/grain-vendee/elections'],
  ['an election that is over', '/gouvernances/grain-vendee/elections/election-du-binome-d-animation'],
  ['an election that is called for', '/gouvernances/reseau-exemple-vallee/elections'],
  ['no election yet', '/gouvernances/reseau-exemple-plateau/elections'],
  ['minutes with their votes', '/gouvernances/syndicat-exemple/reunions'],
  ['an invitation to a meeting without its key', '/reunions/invitation', 409],
  ["one's own calendar without its key", '/reunions/personnel.ics', 404],
  ["a body's year in which nothing is held", '/gouvernances/reseau-exemple-vallee/instances/assemblee-du-reseau/reunions?annee=2020'],
  ['a new password without its key', '/connexion/nouveau-mot-de-passe', 409],
  ['no identity provider', '/connexion/openid', 404],
  ['no identity provider to come back from', '/connexion/openid/retour', 404],
  ['a sign-in that leads on', '/connexion?suite=%2Fcompte'],
  ['no such address', '/cette-page-n-existe-pas', 404],
  ['no such governance', '/gouvernances/inconnue', 404],
  ['no such territory', '/territoires/commune-99999', 404],
];

/** Routes without an example: files whose names only an operator's folder or an uploaded document gives. */
const WITHOUT_EXAMPLE = [
  '/dsfr/{*chemin}',
  '/fichiers/{empreinte}',
  '/gouvernances/{slug}/reunions/{reunion}/documents/{document}',
];

/** What anybody may open. */
const PUBLIC = { accesses: /^(Public|Demonstration)$/, states: STATES };

/**
 * @typedef {{ address: string, what: string, status: number, answered: number, type: string, length: number }} Example
 * @param {{ accesses: RegExp, states: [string, string, number?][], cookie?: string, slug?: string, only?: (path: string) => boolean }} what
 *   the accesses of the routes that are wanted and a choice among them, states, the session in which they are read, the
 *   governance in which they are looked for
 * @returns {Promise<{ pages: Example[], files: Example[], missing: string[] }>} the HTML pages, the other answers, and
 *   the declared routes for which no example was found
 */
export async function collect({ accesses, states, cookie, slug, only = () => true } = PUBLIC) {
  const routes = declaredRoutes(accesses).filter((route) => only(route.path));
  const counts = new Map(routes.map((route) => [route.path, 0]));
  const found = new Map();
  const queue = [];
  const add = (address, what, status = 200) => {
    if (found.has(address)) return;
    const example = { address, what, status };
    found.set(address, example);
    queue.push(example);
    const route = routes.find((route) => route.matches(address));
    if (route) counts.set(route.path, counts.get(route.path) + 1);
  };

  for (const [what, address, status] of states) add(address, what, status);
  for (const route of routes) {
    const address = slug ? route.path.replace('{slug}', slug) : route.path;
    if (!address.includes('{')) add(address, route.path);
  }
  const elsewhere = (link) => slug && link.startsWith('/gouvernances/') && !link.startsWith(`/gouvernances/${slug}/`);
  for (const example of queue) {
    Object.assign(example, await read(example.address, cookie));
    const onThisPage = new Set();
    for (const link of example.links) {
      const route = routes.find((route) => route.matches(link));
      if (!route || found.has(link) || elsewhere(link)) continue;
      // The second page of a list; else one example a route and page, so that the examples come from many pages.
      if (/[?&]apres=|[?&]avant=/.test(link)) {
        if (/[?&](apres|avant)=/.test(example.address)) continue;
        add(link, `a further page of ${example.what}`);
      } else if (!link.includes('?') && counts.get(route.path) < EXAMPLES && !onThisPage.has(route)) {
        onThisPage.add(route);
        add(link, route.path);
      }
    }
  }
  const all = [...found.values()];
  const isPage = (example) => example.type.startsWith('text/html');
  return {
    pages: all.filter(isPage),
    files: all.filter((example) => !isPage(example)),
    missing: [...counts].filter(([path, count]) => count === 0 && !WITHOUT_EXAMPLE.includes(path)).map(([path]) => path),
  };
}

/** The routes of these accesses that are read, as the product itself declares them. */
function declaredRoutes(accesses) {
  const lines = execFileSync(binary, ['routes'], { encoding: 'utf8' }).trim().split('\n');
  return lines
    .map((line) => line.split(' '))
    .filter(([method, , access]) => method === 'GET' && accesses.test(access))
    .map(([, path]) => {
      const parts = path.split(/\{(\*?)[^}]+\}/);
      // `split` gives text and star by turns: a star takes slashes too.
      const pattern = parts.map((part, index) => (index % 2 ? (part ? '.+' : '[^/]+') : escape(part))).join('');
      const whole = new RegExp(`^${pattern}$`);
      return { path, matches: (address) => whole.test(address.split(/[?#]/)[0]) };
    })
    // An address belongs to the route with the fewest parameters that it matches.
    .sort((one, other) => one.path.split('{').length - other.path.split('{').length);
}

/** What an address answers, and the addresses of this site that stand in it, in their order. */
async function read(address, cookie) {
  const answer = await fetch(base + address, cookie ? { redirect: 'manual', headers: { cookie } } : {});
  const type = answer.headers.get('content-type') ?? '';
  const text = await answer.text();
  const hrefs = type.startsWith('text/html') ? [...text.matchAll(/\bhref="(\/[^"]*)"/g)] : [];
  const links = hrefs.map(([, href]) => unescape(href).split('#')[0]);
  return { type, links, answered: answer.status, length: text.length };
}

function escape(text) {
  return text.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
}

function unescape(attribute) {
  return attribute.replaceAll('&#38;', '&').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
}
