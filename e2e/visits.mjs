// Who opens which pages that take an account, for the tests and the pictures.

const SLUG = 'reseau-exemple-vallee';
const POINTS = `/gouvernances/${SLUG}/instances/assemblee-du-reseau/points`;
const within = `/gouvernances/${SLUG}/administration`;

/** What the first of them cannot open: another governance's, the national team's, or a member's own. */
const elsewhere = /^\/gouvernances\/\{slug\}\/(administration\/(reseaux|cadre)|cadre-minimum|membres|instances|reunions|scrutins|elections)\//;

/** What each opens for itself, which the first of them does. */
const own = /^\/(?!gouvernances\/\{slug\}\/)|\/candidature$|\/taches\/|\/compte-rendu\/complet$/;

/** What a body that Alix does not animate owes. */
const owed = /\/points\/\{attente\}\/reponse$/;

/** What is asked of those who represent a member: an answer to a poll of dates, an agreement to a convocation. */
const asked = /^\/reunions\/(dates|accord)\//;

/** The forms of a draft of the minimum framework are there once it is open. */
async function openDraft(page) {
  await page.goto('/administration/cadre-minimum');
  const button = page.getByRole('button', { name: 'Ouvrir un brouillon' });
  if (await button.count()) await button.click();
  await page.getByRole('heading', { name: /^Brouillon de la version/ }).waitFor();
}

/** Plans a meeting of the assembly with one item and opens its session, as its animator; gives the page of the meeting. */
async function hold(page, title, on = '12/03/2030') {
  await page.goto(`/gouvernances/${SLUG}/instances/assemblee-du-reseau/reunions/nouvelle`);
  await page.getByLabel('Titre').fill(title);
  await page.getByRole('textbox', { name: /^Jour/ }).fill(on);
  await page.getByLabel("Reprendre le modèle d'ordre du jour").uncheck();
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

/** Closes the session of the page. */
async function close(page) {
  await page.getByRole('link', { name: 'Clore la séance' }).click();
  await page.getByRole('button', { name: 'Clore la séance' }).click();
  await page.getByText('À envoyer en relecture').waitFor();
}

/** Adds a document to the first item of a meeting; gives the page of its documents. */
async function attach(page, meeting) {
  await page.goto(`${meeting}/ordre-du-jour`);
  await page.getByRole('link', { name: /^Documents/ }).first().click();
  const buffer = Buffer.from('%PDF-1.7\n%%EOF');
  await page.getByLabel('Fichier PDF').setInputFiles({ name: 'Note de cadrage.pdf', mimeType: 'application/pdf', buffer });
  await page.getByLabel('Réservé aux personnes appelées').check();
  await page.getByRole('button', { name: 'Ajouter ce document' }).click();
  await page.getByRole('link', { name: 'Note de cadrage', exact: true }).first().waitFor();
  return new URL(page.url()).pathname;
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
  await page.getByRole('link', { name: 'Noter la présence' }).click();
  await page.getByRole('combobox').first().selectOption('principal');
  await page.getByRole('button', { name: 'Enregistrer la présence' }).click();
  await page.getByText('La présence est enregistrée.').waitFor();
  const closed = await hold(page, 'Séance close pour les essais');
  await close(page);
  const circulated = await hold(page, 'Séance dont le compte rendu est relu');
  await close(page);
  await page.getByRole('link', { name: 'Envoyer en relecture' }).click();
  await page.getByRole('button', { name: 'Envoyer en relecture' }).click();
  await page.getByRole('link', { name: 'Demander une correction' }).click();
  const reading = new URL(page.url());
  await page.getByLabel("Ce qu'il faut corriger").fill('Il manque un mot.');
  await page.getByRole('button', { name: 'Demander cette correction' }).click();
  await page.getByText('Votre demande est enregistrée').waitFor();
  const approved = await hold(page, 'Séance dont le compte rendu est approuvé', '01/09/2026');
  await close(page);
  await page.getByRole('link', { name: 'Faire approuver' }).click();
  await page.getByLabel('Approuvé le').fill('01/09/2026');
  await page.getByLabel('De quelle façon').fill('en fin de séance');
  await page.getByRole('button', { name: 'Approuver' }).click();
  await page.getByText('Le compte rendu est approuvé. Occultez').waitFor();
  await page.goto(`/gouvernances/${SLUG}/reunions`);
  const draft = await page.getByRole('link', { name: 'Réunion commune des deux collèges' }).getAttribute('href');
  const convened = await page.getByRole('link', { name: /^Assemblée d.hiver/ }).getAttribute('href');
  const held = await page.getByRole('link', { name: /^Assemblée d.automne/ }).getAttribute('href');
  await page.goto(convened);
  const answer = await page.getByRole('link', { name: 'Répondre' }).getAttribute('href');
  const documents = await attach(page, draft);
  return [
    ['an answer to give', answer],
    ['a session that is open', open],
    ['a meeting that was held', closed],
    ['minutes that are not public yet', `${closed}/compte-rendu`],
    ['minutes that are read again, with a correction', `${circulated}/compte-rendu`],
    ['minutes to read again, from a message', reading.pathname + reading.search],
    ['minutes that are approved', `${approved}/compte-rendu`],
    ['who is there, in session', `${open}/seance`],
    ['a draft', draft],
    ['an agenda with a document', `${draft}/ordre-du-jour`],
    ['the documents of an item', documents],
    ['an agenda that is over', `${closed}/ordre-du-jour`],
    ['an agenda of several items, for those who prepare it', `${convened}/ordre-du-jour`],
    ['a meeting that is convened', convened],
    ['what came out of a meeting, to send to other bodies', `${held}/suites`],
    ['the agenda of a meeting of which something came out', `${held}/ordre-du-jour`],
  ];
}

/** Prepares a vote on the first item of a session, opens it when told to; gives its page. */
async function ballot(page, meeting, question, { choice, opens = true } = {}) {
  await page.goto(`${meeting}/ordre-du-jour`);
  await page.getByRole('link', { name: /^Préparer un vote/ }).first().click();
  await page.getByLabel('Ce qui est soumis au vote').fill(question);
  if (choice) {
    await page.getByRole('radio', { name: 'Un choix parmi plusieurs' }).check();
    await page.getByLabel('Pour un choix : les réponses proposées').fill(choice);
    await page.getByLabel("En cas d'égalité").selectOption('chair');
  }
  await page.getByRole('button', { name: 'Enregistrer ce vote' }).click();
  await page.getByText('Le vote est préparé').waitFor();
  const place = new URL(page.url()).pathname;
  if (opens) {
    await page.getByRole('link', { name: 'Ouvrir le vote' }).click();
    await page.getByRole('button', { name: 'Ouvrir le vote' }).click();
    await page.getByText('Le vote est ouvert').waitFor();
  }
  return place;
}

/** Votes in preparation, open and tied, and one that was published: states that last, and their addresses. */
async function votes(page) {
  const meeting = await hold(page, 'Séance avec des votes');
  await page.getByRole('link', { name: 'Noter la présence' }).click();
  for (const choice of await page.getByRole('combobox').all()) await choice.selectOption('principal');
  await page.getByRole('button', { name: 'Enregistrer la présence' }).click();
  await page.getByText('La présence est enregistrée.').waitFor();
  const draft = await ballot(page, meeting, 'Un vote en préparation', { opens: false });
  const open = await ballot(page, meeting, 'Un vote ouvert');
  await page.getByRole('link', { name: 'Voter', exact: true }).click();
  const voting = new URL(page.url());
  await page.getByRole('radio', { name: 'Pour' }).check();
  await page.getByRole('button', { name: 'Enregistrer mon vote' }).click();
  await page.getByText('Votre vote est enregistré').first().waitFor();
  const tied = await ballot(page, meeting, 'Un vote à égalité', { choice: 'Le bus\nLe vélo' });
  await page.getByRole('link', { name: 'Saisir les votes de la salle' }).click();
  await page.getByRole('radio', { name: 'Le bus' }).nth(0).check();
  await page.getByRole('radio', { name: 'Le vélo' }).nth(1).check();
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await page.getByText('Les votes de la salle sont enregistrés').waitFor();
  await page.getByRole('link', { name: 'Clore le vote' }).click();
  await page.getByRole('button', { name: 'Clore le vote' }).click();
  await page.getByText('la présidence départage').first().waitFor();
  return [
    ['a vote in preparation, for those who animate', draft],
    ['a vote that is open, for those who animate', open],
    ['the vote of a structure', voting.pathname + voting.search],
    ['a tie that the chair settles', tied],
    ['an agenda with its votes', `${meeting}/ordre-du-jour`],
    ['a session with its votes', `${meeting}/seance`],
  ];
}

/** Prepares an election, calls for candidates; gives its page. */
async function called(page, title) {
  await page.goto(`/gouvernances/${SLUG}/instances/assemblee-du-reseau/elections/nouvelle`);
  await page.getByLabel('Titre').fill(title);
  await page.getByRole('radio', { name: 'Des binômes' }).check();
  await page.getByLabel('Premier jour du mandat').fill('01/02/2031');
  await page.getByLabel('Dernier jour du mandat').fill('31/01/2032');
  await page.getByRole('button', { name: 'Enregistrer cette élection' }).click();
  await page.getByText("L'élection est préparée").waitFor();
  const place = new URL(page.url()).pathname;
  await page.getByRole('link', { name: "Ouvrir l'appel à candidatures" }).click();
  await page.getByLabel('Dernier jour').fill('10/01/2031');
  await page.getByRole('button', { name: "Ouvrir l'appel" }).click();
  await page.getByText("L'appel à candidatures est ouvert").first().waitFor();
  return place;
}

/** An election in which one stands and is asked: states that last, and their addresses. */
async function elections(page) {
  const draft = `/gouvernances/${SLUG}/instances/assemblee-du-reseau/elections/nouvelle`;
  const place = await called(page, 'Élection pour les essais');
  const standing = `${place}/candidater`;
  await page.getByRole('link', { name: "Proposer quelqu'un" }).click();
  await page.getByRole('checkbox', { name: 'Tiers-lieu' }).check();
  await page.getByRole('checkbox', { name: 'CCAS' }).check();
  await page.getByLabel('Profession de foi').fill('Un binôme qui connaît le terrain.');
  await page.getByRole('button', { name: 'Envoyer la proposition' }).click();
  await page.getByText('La proposition est envoyée').waitFor();
  const answer = await page.getByRole('link', { name: 'Accepter ou refuser' }).getAttribute('href');
  return [
    ['an election that is called for, for those who animate', place],
    ['one stands', standing],
    ['one answers a proposal', answer],
    ['a candidacy that is rewritten', answer.replace('repondre', 'modifier')],
    ['a candidacy that is withdrawn', answer.replace('repondre', 'retirer')],
    ['a vote to prepare', `${place}/vote`],
    ['the rules of an election', `${place}/modifier`],
    ['an election that ends', `${place}/terminer`],
    ['the next election', `${draft}?apres=${place.split('/').pop()}`],
  ];
}

/** A series, a poll of dates to answer, an agreement to give, guests of a draft: states that last, and their addresses. */
async function schedule(page) {
  const body = `/gouvernances/${SLUG}/instances/assemblee-du-reseau`;
  await page.goto(`${body}/reunions/serie`);
  await page.getByLabel('Titre de chaque réunion').fill('Réunion de la série');
  await page.getByLabel('À partir du').fill('01/01/2031');
  await page.getByLabel("Jusqu'au").fill('30/06/2031');
  await page.getByRole('button', { name: 'Voir les dates' }).click();
  await page.getByText('Jour férié').first().waitFor();
  await page.getByRole('button', { name: 'Préparer ces réunions' }).click();
  await page.getByText('réunions en préparation. Adaptez').waitFor();
  const one = await page.getByRole('link', { name: 'Réunion de la série' }).first().getAttribute('href');
  await page.goto(`${one}/dates/nouveau`);
  await page.getByLabel('Dates proposées').fill('15/01/2028 14:30\nmardi 18 janvier 2028 à 9 h\n20/01/2028 18h');
  await page.getByLabel('Dernier jour pour répondre').fill('31/12/2027');
  await page.getByRole('button', { name: 'Envoyer le sondage' }).click();
  await page.getByText('Le sondage est ouvert').waitFor();
  await page.goto(`${one}/invites`);
  await page.getByLabel('Structure ou fonction').fill('Chambre exemple des métiers');
  await page.getByRole('button', { name: 'Ajouter cet invité' }).click();
  await page.getByText("L'invité est sur la liste.").waitFor();
  await page.goto(`/gouvernances/${SLUG}/reunions`);
  const joint = await page.getByRole('link', { name: 'Réunion commune des deux collèges' }).getAttribute('href');
  await page.goto(`${joint}/accords`);
  await page.getByRole('button', { name: 'Demander les accords' }).click();
  await page.getByText("L'accord est demandé").waitFor();
  await page.goto('/compte/agenda');
  await page.getByRole('button', { name: "Créer mon adresse d'abonnement" }).click();
  await page.getByLabel("Adresse d'abonnement").waitFor();
  await page.goto('/a-faire');
  const dates = await page.getByRole('link', { name: 'Répondre' }).and(page.locator('[href^="/reunions/dates/"]')).first().getAttribute('href');
  const agreement = await page.locator('[href^="/reunions/accord/"]').first().getAttribute('href');
  return [
    ['which dates suit, signed in', dates],
    ['an agreement to give, signed in', agreement],
    ['a meeting of a series', one],
    ['a poll of dates with its table', `${one}/dates`],
    ['another poll meanwhile', `${one}/dates/nouveau`],
    ['those that follow in a series', `${one}/serie`],
    ['guests of a draft', `${one}/invites`],
    ['who co-chairs, and who has agreed', `${joint}/accords`],
    ["one's own calendar", '/compte/agenda'],
    ["a body's year, for those who animate it", `${body}/reunions?annee=2031`],
  ];
}

/** A draft with an effect, as its animator, and what follows a decision: states that last, and their addresses. */
async function decide(page) {
  const drafts = `/gouvernances/${SLUG}/instances/assemblee-du-reseau/decisions`;
  await page.goto(`${drafts}/nouvelle`);
  await page.getByLabel('Intitulé').fill('Un projet pour les essais');
  await page.getByLabel('Ce qui est décidé').fill('Le réseau écrit un projet.');
  await page.getByRole('radio', { name: "L'initiative de l'instance" }).check();
  await page.getByRole('button', { name: 'Enregistrer le projet' }).click();
  await page.getByText('Le projet est enregistré.').waitFor();
  const draft = new URL(page.url()).pathname;
  await page.getByRole('link', { name: 'Confier une tâche' }).click();
  await page.getByLabel("Qui s'en charge").selectOption('instance');
  await page.getByLabel("Ce qu'il y a à faire").fill('Écrire aux structures');
  await page.getByRole('button', { name: 'Ajouter cet effet' }).click();
  await page.getByText("L'effet est ajouté au projet.").waitFor();
  await page.goto(`/gouvernances/${SLUG}/decisions/2026-01`);
  const execution = await page.getByRole('link', { name: "Dire où en est l'exécution" }).getAttribute('href');
  const review = await page.getByRole('link', { name: 'Fixer la date de revue' }).getAttribute('href');
  return [
    ['drafts of a body', drafts],
    ['a draft with an effect', draft],
    ['an effect to choose', `${draft}/effet?nature=member.admit`],
    ['a task to give', `${draft}/effet?nature=task.give`],
    ['a consensus to tell', `${draft}/adopter`],
    ['where a decision stands', execution],
    ['when it is to be reviewed', review],
    ['a decision, for those who follow it', `/gouvernances/${SLUG}/decisions/2026-01`],
    ['a decision that amends', `${drafts}/nouvelle?modifie=2026-01`],
  ];
}

/** Who opens what. Together they open each route that takes an account. */
export const visits = [
  {
    who: 'Dominique Exemple',
    accesses: /^(SignedIn|Needs\(.*\))$/,
    only: (path) => !path.startsWith('/administration') && !elsewhere.test(path) && !asked.test(path),
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
      ['the tasks, for those of the governance', `/gouvernances/${SLUG}/taches`],
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
    accesses: /^(SignedIn|Needs\((SpeakForMember|ManageBody)\))$/,
    only: (path) => !own.test(path) && !owed.test(path),
    slug: SLUG,
    prepare: async (page) => [...(await sessions(page)), ...(await schedule(page)), ...(await votes(page)), ...(await decide(page)), ...(await elections(page))],
    states: [
      ['the meetings, for those who prepare them', `/gouvernances/${SLUG}/reunions`],
      ['the members, for one of them', `/gouvernances/${SLUG}/membres`],
      ['a body, for those who animate it', `/gouvernances/${SLUG}/instances/assemblee-du-reseau`],
      ['what waits for an agenda', `${POINTS}`],
      ['what is proposed', `${POINTS}?etat=propositions`],
      ['what is on an agenda', `${POINTS}?etat=inscrits`],
      ['what is over', `${POINTS}?etat=termines`],
      ['what was sent to other bodies', `${POINTS}?etat=transmis`],
      ['what waits, for a member that sits there', `/gouvernances/${SLUG}/instances/college-des-structures/points`],
      ['nothing waits there for everybody', '/gouvernances/reseau-exemple-plateau/instances/rencontre-du-reseau/points', 404],
    ],
  },
  {
    who: 'Dominique Exemple',
    accesses: /^Needs\(ManageBody\)$/,
    only: (path) => owed.test(path),
    slug: SLUG,
    states: [['what another body has sent', `/gouvernances/${SLUG}/instances/college-des-structures/points`]],
  },
  {
    who: 'Claude Exemple',
    accesses: /^Needs\(SpeakForMember\)$/,
    only: (path) => !asked.test(path),
    slug: SLUG,
    states: [['the members, for the secretariat', `/gouvernances/${SLUG}/membres`]],
  },
];
