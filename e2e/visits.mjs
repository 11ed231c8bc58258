// Who opens which pages that take an account, for the tests and the pictures.

const SLUG = 'reseau-exemple-vallee';
const within = `/gouvernances/${SLUG}/administration`;

/** Who opens what. Together they open each route that takes an account. */
export const visits = [
  {
    who: 'Dominique Exemple',
    accesses: /^(SignedIn|Needs\(.*\))$/,
    only: (path) => !path.startsWith('/administration') && !path.startsWith('/gouvernances/{slug}/administration/reseaux/'),
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
      ['no such member', `${within}/membres/inconnu`, 404],
    ],
  },
  {
    who: 'Andrea Exemple',
    accesses: /^Needs\(.*\)$/,
    only: (path) => path.startsWith('/administration') || path.startsWith('/gouvernances/{slug}/administration/reseaux/'),
    slug: 'pyrenees-atlantiques',
    states: [['nothing to do', '/a-faire']],
  },
];
