import type { Policy } from "../../sdk";

/** A policy with a word of its own in every field. */
export function aPolicy(changes: Partial<Policy> = {}): Policy {
  return {
    version: "2026-11-8",
    text: "# What for\n\nWe keep numbers of your face.\n\n- They are encrypted.\n- They end with the account.",
    textSha256: "5ha256of7hetext",
    language: "en",
    release: { statement: "I agree to this.", typedName: false, ageStatement: null },
    retention: [
      {
        name: "face-templates",
        kind: "numbers of your face",
        category: "biometric",
        purpose: "to recognise you",
        ground: "your consent",
        period: "while the account is used",
        ends: "withdrawing your consent",
      },
      {
        name: "sign-in-log",
        kind: "sign-ins",
        category: "security",
        purpose: "so that you see strangers",
        ground: "the contract",
        period: "90 days",
        ends: "deleting the account",
      },
    ],
    controller: { name: "Example Ltd", contact: "privacy@example.org" },
    ...changes,
  };
}
