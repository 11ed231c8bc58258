// An OpenID Connect provider for the tests, with the habits of ProConnect: `oidc-provider` with made-up accounts,
// userinfo as a signed token, no parameter that it does not know, a page on which an account is clicked.
//
// node provider.mjs --redirect-uri URL --post-logout-redirect-uri URL [--client-id ID] [--client-secret SECRET]
//   [--algorithm ES256|RS256] [--port NUMBER] [--without-pkce]
//
// Once it listens it writes one line, {"issuer": "…"}. It ends when its standard input is closed, so that it never
// outlives the test that started it.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';

import Provider from 'oidc-provider';

const { values: options } = parseArgs({
  options: {
    'redirect-uri': { type: 'string' },
    'post-logout-redirect-uri': { type: 'string' },
    'client-id': { type: 'string', default: 'maillage' },
    'client-secret': { type: 'string', default: 'a-secret-of-the-tests-only-0123456789' },
    algorithm: { type: 'string', default: 'ES256' },
    port: { type: 'string', default: '0' },
    'without-pkce': { type: 'boolean', default: false },
  },
});

/** Nobody: an address ends in `.fictif`, the numbers have a right key and belong to no organisation of the tests. */
const accounts = [
  { sub: 'a-1', email: 'prefecture@exemple.fictif', given_name: 'Camille', usual_name: 'Préfecture', siret: '12345678200010' },
  { sub: 'a-2', email: 'Departement@Exemple.fictif', given_name: 'Dominique', usual_name: 'Département', siret: '12345678200028' },
  { sub: 'a-3', email: 'association+reseau@exemple.fictif', given_name: 'Zoé', usual_name: 'Association', siret: '12345678200036' },
  { sub: 'a-4', email: 'sans.siret@exemple.fictif', given_name: 'Alix', usual_name: 'Sans-Siret' },
  { sub: 'a-5', email: 'entete@exemple.fictif', given_name: 'Jeu\r\nBcc: tous@exemple.fictif', usual_name: '<b>Gras</b>', siret: '123' },
];

/** What ProConnect's own server lists for this request; anything else is its error Y000400. */
const known = new Set([
  'acr_values', 'claims', 'client_id', 'idp_hint', 'login_hint', 'nonce', 'prompt', 'redirect_uri', 'response_mode',
  'response_type', 'scope', 'siret_hint', 'state',
  ...(options['without-pkce'] ? [] : ['code_challenge', 'code_challenge_method']),
]);

const PREFIX = '/api/v2';
const server = createServer();
await new Promise((listening) => server.listen(Number(options.port), '127.0.0.1', listening));
const issuer = `http://127.0.0.1:${server.address().port}${PREFIX}`;

const key = (type, parameters, alg) => ({
  ...generateKeyPairSync(type, parameters).privateKey.export({ format: 'jwk' }),
  alg,
  use: 'sig',
  kid: `${alg}-${randomBytes(4).toString('hex')}`,
});

const provider = new Provider(issuer, {
  jwks: { keys: [key('ec', { namedCurve: 'P-256' }, 'ES256'), key('rsa', { modulusLength: 2048 }, 'RS256')] },
  clients: [{
    client_id: options['client-id'],
    client_secret: options['client-secret'],
    redirect_uris: [options['redirect-uri']],
    post_logout_redirect_uris: [options['post-logout-redirect-uri']],
    response_types: ['code'],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: 'client_secret_post',
    id_token_signed_response_alg: options.algorithm,
    userinfo_signed_response_alg: options.algorithm,
  }],
  clientAuthMethods: ['client_secret_post', 'private_key_jwt'],
  responseTypes: ['code'],
  scopes: ['openid'],
  claims: {
    openid: ['sub'],
    email: ['email'],
    given_name: ['given_name'],
    usual_name: ['usual_name'],
    siret: ['siret'],
  },
  cookies: { keys: [randomBytes(32).toString('hex')] },
  features: {
    devInteractions: { enabled: false },
    jwtUserinfo: { enabled: true },
    rpInitiatedLogout: { enabled: true, logoutSource: askToLeave },
  },
  // ProConnect's own.
  ttl: { AccessToken: 60, AuthorizationCode: 30, Grant: 7200, IdToken: 60, Interaction: 7200, Session: 7200 },
  interactions: { url: (_ctx, interaction) => `${PREFIX}/interaction/${interaction.uid}` },
  pkce: { required: () => false },
  findAccount: (_ctx, id) => {
    const account = accounts.find(({ sub }) => sub === id);
    return account && { accountId: id, claims: () => account };
  },
  // No page of consent: whoever signs in agrees to what the site asks.
  async loadExistingGrant({ oidc }) {
    const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope(oidc.params.scope);
    await grant.save();
    return grant;
  },
});

provider.use(async (ctx, next) => {
  const refusal = ctx.path === '/auth' && refused(ctx.query);
  if (refusal) {
    ctx.status = 400;
    ctx.body = `Y000400: ${refusal}`;
    return;
  }
  if (ctx.path.startsWith('/interaction/')) return interaction(ctx);
  await next();
  if (options['without-pkce'] && ctx.path === '/.well-known/openid-configuration') {
    delete ctx.body.code_challenge_methods_supported;
  }
});

/** Why ProConnect would refuse these parameters, if it would. */
function refused(query) {
  const unexpected = Object.keys(query).filter((name) => !known.has(name));
  if (unexpected.length > 0) return `unexpected ${unexpected.join(', ')}`;
  const short = ['state', 'nonce'].filter((name) => String(query[name] ?? '').length < 32);
  return short.length > 0 && `too short: ${short.join(', ')}`;
}

/** The page on which an account is chosen, and what its buttons do. */
async function interaction(ctx) {
  const { uid } = await provider.interactionDetails(ctx.req, ctx.res);
  if (ctx.method === 'GET') {
    const buttons = accounts.map(({ sub, email }) => `<p><button name="account" value="${sub}">${email}</button></p>`);
    ctx.type = 'html';
    ctx.body = page('Choisir un compte fictif', `<form method="post" action="${PREFIX}/interaction/${uid}">
${buttons.join('\n')}
<p><button name="account" value="">Annuler</button></p>
</form>`);
    return;
  }
  const account = new URLSearchParams(await bodyOf(ctx.req)).get('account');
  const result = account
    ? { login: { accountId: account } }
    : { error: 'access_denied', error_description: 'the person gave up' };
  ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: false }));
  ctx.status = 303;
}

async function askToLeave(ctx, form) {
  ctx.type = 'html';
  ctx.body = page('Se déconnecter du fournisseur', `${form}
<p><button form="op.logoutForm" name="logout" value="yes">Se déconnecter</button></p>`);
}

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function page(title, content) {
  return `<!doctype html>
<html lang="fr">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title></head>
<body><main><h1>${title}</h1>
${content}
</main></body>
</html>
`;
}

const answer = provider.callback();
server.on('request', (request, response) => {
  if (!request.url.startsWith(`${PREFIX}/`)) {
    response.writeHead(404).end();
    return;
  }
  // The library finds out where it is mounted by comparing these two, as it would in another framework.
  request.originalUrl = request.url;
  request.url = request.url.slice(PREFIX.length);
  answer(request, response);
});

process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
process.stdout.write(`${JSON.stringify({ issuer })}\n`);
