// A confidential application in Node, with openid-client: exchanges a code and revokes what it was given, each
// time by an assertion that its own key signs. Arguments: issuer, client_id, redirect_uri, verifier, nonce; its
// private key (JWK) and where the person came back to are two lines on its standard input.
import { webcrypto } from "node:crypto";
import { createInterface } from "node:readline/promises";

import * as client from "openid-client";

const [issuer, clientId, redirectUri, pkceCodeVerifier, expectedNonce] = process.argv.slice(2);
const lines = [];
for await (const line of createInterface({ input: process.stdin })) lines.push(line);
const [jwk, back] = lines;
const key = await webcrypto.subtle.importKey(
  "jwk",
  JSON.parse(jwk),
  { name: "ECDSA", namedCurve: "P-256" },
  false,
  ["sign"],
);
const config = await client.discovery(
  new URL(issuer),
  clientId,
  { redirect_uris: [redirectUri] },
  client.PrivateKeyJwt(key),
  { execute: [client.allowInsecureRequests] }, // loopback
);
const address = new URL(back);
const tokens = await client.authorizationCodeGrant(config, address, {
  pkceCodeVerifier,
  expectedNonce,
  expectedState: address.searchParams.get("state"),
});
const claims = tokens.claims();
const userinfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
await client.tokenRevocation(config, tokens.access_token);
console.log(JSON.stringify({ claims, userinfo }));
