/** From the wire's documents to the SDK's vocabulary. */
import type {
  Account,
  AuthorizationAnswered,
  AuthorizationJudged,
  ConsentDue,
  Policy,
  Receipt,
  Release,
  SignInPage,
} from "../types";
import { Answer } from "./answer";

export function policyFrom(answer: Answer): Policy {
  const controller = answer.object("controller");
  return {
    version: answer.string("version"),
    text: answer.string("text"),
    textSha256: answer.string("text_sha256"),
    language: answer.string("language"),
    release: releaseFrom(answer.object("release")),
    retention: answer.list("retention", (entry) => ({
      name: entry.string("name"),
      kind: entry.string("kind"),
      category: entry.oneOf("category", [
        "biometric",
        "contact",
        "account",
        "activity",
        "security",
        "operation",
      ]),
      purpose: entry.string("purpose"),
      ground: entry.string("ground"),
      period: entry.string("period"),
      ends: entry.string("ends"),
    })),
    controller: { name: controller.string("name"), contact: controller.string("contact") },
  };
}

function releaseFrom(answer: Answer): Release {
  return {
    statement: answer.string("statement"),
    typedName: answer.boolean("typed_name"),
    ageStatement: answer.orNull("age_statement", (name) => answer.string(name)),
  };
}

/** Of an answer that may say which text is to be agreed to. */
export function consentDueFrom(answer: Answer): ConsentDue | null {
  return answer.orNull("consent_due", (name) => {
    const due = answer.object(name);
    return { policyVersion: due.string("policy_version"), faceUntil: due.date("face_until") };
  });
}

export function accountFrom(value: unknown): Account {
  const answer = new Answer(value);
  return {
    account: answer.string("account"),
    email: answer.string("email"),
    mailTrouble: answer.orNull("mail_trouble", (name) => {
      const trouble = answer.object(name);
      return { why: trouble.oneOf("why", ["bounced", "complained"]), until: trouble.date("until") };
    }),
    status: answer.oneOf("status", ["active", "paused"]),
    createdAt: answer.date("created_at"),
    lastUsedAt: answer.date("last_used_at"),
    policyVersion: answer.orNull("policy_version", (name) => answer.string(name)),
    consentAskedAt: answer.orNull("consent_asked_at", (name) => answer.date(name)),
    consentDue: consentDueFrom(answer),
    learning: answer.oneOf("learning", ["allowed", "refused"]),
    learnedAt: answer.dates("learned_at"),
    templates: answer.list("templates", (template) => ({
      id: template.string("id"),
      kind: template.oneOf("kind", ["anchor", "adaptive"]),
      state: template.oneOf("state", ["quarantined", "active"]),
      createdAt: template.date("created_at"),
      model: template.string("model"),
      pipeline: template.string("pipeline"),
      quality: template.numbers("quality"),
      sourceDevice: template.string("source_device"),
      sourceSignIn: template.orNull("source_sign_in", (name) => template.string(name)),
      corroborations: template.orNull("corroborations", (name) => template.integer(name)),
      corroboratedAt: template.orNull("corroborated_at", (name) => template.date(name)),
      expiresAt: template.orNull("expires_at", (name) => template.date(name)),
      used: template.integer("used"),
    })),
    devices: answer.list("devices", (device) => ({
      id: device.string("id"),
      name: device.string("name"),
      createdAt: device.date("created_at"),
      lastUsedAt: device.date("last_used_at"),
      current: device.boolean("current"),
    })),
    passkeys: answer.list("passkeys", (passkey) => ({
      id: passkey.string("id"),
      name: passkey.string("name"),
      credentialId: passkey.string("credential_id"),
      synced: passkey.boolean("synced"),
      createdAt: passkey.date("created_at"),
      lastUsedAt: passkey.date("last_used_at"),
    })),
    consents: answer.list("consents", (consent) => ({
      id: consent.string("id"),
      policyVersion: consent.string("policy_version"),
      textSha256: consent.string("text_sha256"),
      givenAt: consent.date("given_at"),
      device: consent.string("device"),
      language: consent.string("language"),
      statement: consent.orNull("statement", (name) => consent.string(name)),
      signedName: consent.orNull("signed_name", (name) => consent.string(name)),
      ageStatement: consent.orNull("age_statement", (name) => consent.string(name)),
    })),
    ...signInPage(answer),
    signInLogKept: answer.oneOf("sign_in_log_kept", ["full", "least"]),
    leastSignInLogDays: answer.orNull("least_sign_in_log_days", (name) => answer.integer(name)),
    sessions: answer.list("sessions", (session) => ({
      id: session.string("id"),
      device: session.string("device"),
      means: session.oneOf("means", ["face", "otp", "passkey", "synced-passkey", "recovery"]),
      passkey: session.orNull("passkey", (name) => session.string(name)),
      createdAt: session.date("created_at"),
      lastUsedAt: session.date("last_used_at"),
      expiresAt: session.date("expires_at"),
      current: session.boolean("current"),
    })),
    grants: answer.list("grants", (grant) => ({
      client: grant.string("client"),
      name: grant.string("name"),
      scopes: grant.strings("scopes"),
      givenAt: grant.date("given_at"),
    })),
    recoveryCodes: answer.orNull("recovery_codes", (name) => {
      const codes = answer.object(name);
      return { left: codes.integer("left"), madeAt: codes.date("made_at") };
    }),
    freezes: answer.integer("freezes"),
  };
}

export function signInPageFrom(value: unknown): SignInPage {
  return signInPage(new Answer(value));
}

function signInPage(answer: Answer): SignInPage {
  return {
    signIns: answer.list("sign_ins", (signIn) => ({
      id: signIn.string("id"),
      at: signIn.date("at"),
      outcome: signIn.oneOf("outcome", ["accepted", "refused", "done"]),
      reason: signIn.string("reason"),
      device: signIn.string("device"),
      place: signIn.orNull("place", (name) => signIn.string(name)),
    })),
    signInsOlder: answer.orNull("sign_ins_older", (name) => answer.integer(name)),
    signInLog: answer.oneOf("sign_in_log", ["whole", "broken"]),
  };
}

export function judgedFrom(answer: Answer): AuthorizationJudged {
  const refused = answer.orNull("refused", (name) => answer.string(name));
  if (refused !== null) return { refused, asked: null };
  const asked = answer.object("asked");
  return {
    refused: null,
    asked: {
      clientName: asked.string("client_name"),
      scopes: asked.strings("scopes"),
      silent: asked.boolean("silent"),
      anew: asked.boolean("anew"),
      loginHint: asked.orNull("login_hint", (name) => asked.string(name)),
      loginRequired: asked.string("login_required"),
      denied: asked.string("denied"),
    },
  };
}

export function answeredFrom(value: unknown): AuthorizationAnswered {
  const answer = new Answer(value);
  const outcome = answer.oneOf("outcome", ["redirect", "consent", "sign-in"]);
  return outcome === "redirect"
    ? { outcome, redirect: answer.string("redirect") }
    : { outcome, redirect: null };
}

export function receiptFrom(value: unknown): Receipt {
  const answer = new Answer(value);
  const destroyed = answer.object("destroyed");
  return {
    receipt: answer.string("receipt"),
    deletedAt: answer.date("deleted_at"),
    destroyed: {
      templates: destroyed.integer("templates"),
      devices: destroyed.integer("devices"),
      passkeys: destroyed.integer("passkeys"),
      consents: destroyed.integer("consents"),
      signIns: destroyed.integer("sign_ins"),
      keys: destroyed.integer("keys"),
    },
    reference: answer.string("reference"),
  };
}
