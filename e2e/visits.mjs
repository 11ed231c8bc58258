// Who opens which pages that take an account, for the tests and the pictures.

const SLUG = 'reseau-exemple-vallee';
const within = `/gouvernances/${SLUG}/administration`;

/** What the first of them cannot open: another governance's, the national team's, or a member's own. */
const elsewhere = /^\/gouvernances\/\{slug\}\/(administration\/(reseaux|cadre)|cadre-minimum|membres|instances|reunions)\//;

/** The forms of a draft of the minimum framework are there once it is open. */
async function openDraft(page) {
  await page.goto('/administration/cadre-minimum');
  const button = page.getByRole('button', { name: 'Ouvrir un brouillon' });
  if (await button.count()) await button.click();
  await page.getByRole('heading', { name: /^Brouillon de la version/ }).waitFor();
}

/** Plans a meeting of the assembly with one item and opens its session, as its animator; gives the page of the meeting. */
async function hold(page, title) {
  await page.goto(`/gouvernances/${SLUG}/instances/assemblee-du-reseau/reunions/nouvelle`);
  await page.getByLabel('Titre').fill(title);
  await page.getByLabel('Jour').fill('12/03/2030');
  await page.getByRole('button', { name: 'Préparer cette réunion' }).click();
  await page.getByRole('link', { name: 'Ajouter un point' }).click();
  await page.getByLabel('Intitulé').fill('Un point');
  await page.getByRole('button', { name: 'Ajouter ce point' }).click();
  await page.getByRole('link', { name: 'La page de la réunion' }).click();
  const place = new URL(page.url()).pathname;
  await page.getByRole('link', { name: 'Ouvrir la séance' }).click();
  await page.getByRole('button', { name: 'Ouvrir la séance' }).click();
  await page.getByRole('heading', { name: 'Quorum' }).waitFor();
  return place;
}

/** A session that is open with what came out of it, and one that is closed: states that last, and their addresses. */
async function sessions(page) {
  const open = await hold(page, 'Séance ouverte pour les essais');
  await page.getByLabel('Notes').fill('Une première note.\n\nUne seconde.');
  await page.getByRole('button', { name: 'Enregistrer les notes' }).click();
  await page.getByRole('link', { name: /Ajouter une décision/ }).click();
  await page.getByRole('radio', { name: 'Tâche' }).check();
  await page.getByLabel('En une phrase').fill('Écrire aux communes');
  await page.getByLabel('Ou bien').fill('Tiers-lieu');
  await page.getByRole('button', { name: 'Ajouter' }).click();
  await page.getByText('Écrire aux communes').first().waitFor();
  const closed = await hold(page, 'Séance close pour les essais');
  await page.getByRole('link', { name: 'Clore la séance' }).click();
  await page.getByRole('button', { name: 'Clore la séance' }).click();
  await page.getByText('À envoyer en relecture').waitFor();
  await page.goto(`/gouvernances/${SLUG}/reunions`);
  const draft = await page.getByRole('link', { name: 'Réunion commune des deux collèges' }).getAttribute('href');
  const convened = await page.getByRole('link', { name: /^Assemblée d.hiver/ }).getAttribute('href');
  await page.goto(convened);
  const answer = await page.getByRole('link', { name: 'Répondre' }).getAttribute('href');
  return [
    ['an answer to give', answer],
    ['a session that is open', open],
    ['a meeting that was held', closed],
    ['minutes that are not public yet', `${closed}/compte-rendu`],
    ['a draft', draft],
    ['a meeting that is convened', convened],
  ];
}

/** Who opens what. Together they open each route that takes an account. */
export const visits = [
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
      ['a barometer to comment', `/gouvernances/${SLUG}/barometre`],
      ['a month before to comment on is named by its address', `${within}/barometre?mois=2020-01`, 404],
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
    who: 'Maé Exemple',
    accesses: /^Needs\(DeclareCriterion\)$/,
    slug: 'nievre',
    states: [
      ['what the framework asks', '/gouvernances/nievre/cadre-minimum'],
      ['what is lacking, among what is to do', '/a-faire'],
      ['what is counted is not declared', '/gouvernances/nievre/administration/cadre/des-membres-de-cinq-categories', 404],
    ],
  },
  {
    who: 'Alix Exemple',
    accesses: /^Needs\((SpeakForMember|ManageBody)\)$/,
    slug: SLUG,
    prepare: sessions,
    states: [
      ['the meetings, for those who prepare them', `/gouvernances/${SLUG}/reunions`],
      ['the members, for one of them', `/gouvernances/${SLUG}/membres`],
      ['a body, for those who animate it', `/gouvernances/${SLUG}/instances/assemblee-du-reseau`],
    ],
  },
  {
    who: 'Claude Exemple',
    accesses: /^Needs\(SpeakForMember\)$/,
    slug: SLUG,
    states: [['the members, for the secretariat', `/gouvernances/${SLUG}/membres`]],
  },
];
