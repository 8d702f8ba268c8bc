// An application in Node, with openid-client: says where to send a person, reads where they came back to, and
// prints who they are and where to sign them out. Arguments: issuer, client_id, redirect_uri,
// post_logout_redirect_uri, state of the sign-out.
import { createInterface } from "node:readline";

import * as client from "openid-client";

const [issuer, clientId, redirectUri, afterwards, leaving] = process.argv.slice(2);
const config = await client.discovery(new URL(issuer), clientId, undefined, client.None(), {
  execute: [client.allowInsecureRequests], // the local stack is on loopback
});
const pkceCodeVerifier = client.randomPKCECodeVerifier();
const [expectedState, expectedNonce] = [client.randomState(), client.randomNonce()];
const address = client.buildAuthorizationUrl(config, {
  redirect_uri: redirectUri,
  scope: "openid email",
  code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
  code_challenge_method: "S256",
  state: expectedState,
  nonce: expectedNonce,
  max_age: "3600",
});
console.log(address.href);

const lines = createInterface({ input: process.stdin });
const back = await new Promise((resolve) => lines.once("line", resolve));
lines.close();
const tokens = await client.authorizationCodeGrant(config, new URL(back), {
  pkceCodeVerifier,
  expectedState,
  expectedNonce,
  maxAge: 3600,
});
const claims = tokens.claims();
const userinfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
await client.tokenRevocation(config, tokens.access_token);
const leave = client.buildEndSessionUrl(config, {
  id_token_hint: tokens.id_token,
  post_logout_redirect_uri: afterwards,
  state: leaving,
});
console.log(JSON.stringify({ claims, userinfo, leave: leave.href }));
