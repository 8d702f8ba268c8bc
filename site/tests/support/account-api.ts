/** An account as the API answers for it, from registering to deleting, and who comes with it. For happy-dom. */
import { createHash } from "node:crypto";

import type { Capture, CaptureEvidence, FaceSmash, Policy } from "../../sdk";
import { accessToken, json, type Reply } from "./fake-api";

export const NOW_S = Math.floor(Date.now() / 1000);
export const EVIDENCE: CaptureEvidence = {
  model: "face-api-1.7.15/face_recognition",
  pipeline: "aligned-mirror-1",
  descriptors: ["ZmFjZQ=="],
  quality: [],
  moments: [0],
  turned: [],
  series: { frame_width: 640, frame_height: 480, times_ms: "", points: "", signals: "", steps: [0] },
  chain: "ab".repeat(32),
};
export const CAPTURE: Capture = { ...EVIDENCE, challenge: "of-the-ceremony" };
export const POLICY: Policy = {
  version: "2026-11-1",
  text: "We ask …",
  textSha256: createHash("sha256").update("We ask …").digest("hex"),
  language: "en",
  release: { statement: "I agree.", typedName: false, ageStatement: null },
  retention: [],
  controller: { name: "Example", contact: "privacy@example.org" },
};

// As the API writes it: no program that reads and writes it anew would give the same bytes.
export const SIGNED = '{\n "account": "account-1",\n "templates": [[1.0, 1e-7]],\n "signature": "a.b.c"\n}';

export const tokens = (amr: string[]): object => ({
  access_token: accessToken({ sub: "account-1", amr, auth_time: NOW_S, cnf: { jkt: "this-device" } }),
  token_type: "DPoP",
  expires_in: 900,
  refresh_token: "account-1.session-1.secret",
  refresh_expires_in: 3600,
});

/** The answer to a deletion, and to a withdrawal. */
export const purged: Reply = () =>
  json({
    receipt: "a.b.c",
    deleted_at: NOW_S,
    destroyed: { templates: 3, devices: 1, passkeys: 1, consents: 1, sign_ins: 2, keys: 1 },
    reference: "R-1",
  });

export const ACCOUNTS: Record<string, Reply> = {
  "POST /v1/email/codes": () => json({ expires_in: 600, resend_in: 60 }, { status: 202 }),
  "POST /v1/email/confirm": () =>
    json({ mailbox_token: "mailbox", mailbox_expires_in: 600, registered: false, frozen: false }),
  "POST /v1/enrolments": () => json({ account: "account-1", templates: 3, ...tokens(["face", "swk"]) }),
  "POST /v1/verifications": () =>
    json({ account: "account-1", device: "known", consent_due: null, ...tokens(["face", "swk"]) }),
  "GET /v1/account/export": ({ url }) =>
    url.endsWith("?format=zip")
      ? new Response(new Uint8Array([80, 75, 3, 4, 255]), { headers: { "Content-Type": "application/zip" } })
      : new Response(SIGNED, { headers: { "Content-Type": "application/json" } }),
  "POST /v1/account/consent": () => json({ policy_version: POLICY.version }),
  "DELETE /v1/account": purged,
};

export async function register(product: FaceSmash): Promise<void> {
  await product.confirmCode("ada@example.org", "123456");
  await product.register({
    email: "ada@example.org",
    policy: POLICY,
    capture: CAPTURE,
    deviceName: "Laptop",
  });
}
