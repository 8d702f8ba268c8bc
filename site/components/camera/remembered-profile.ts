import { LIVENESS_PROFILES, type LivenessProfile } from "../../sdk";

/* eslint-disable no-restricted-globals -- the one thing kept here is the name of a way to use the page: nothing of
   a face, nothing that a stranger could use, and nothing of it is ever sent but with a challenge. */

const KEY = "facesmash-profile";

/** What the person chose on this device; else what the system's own setting suggests. */
export function rememberedProfile(): LivenessProfile {
  const kept = read();
  const known = LIVENESS_PROFILES.find((profile) => profile === kept);
  if (known !== undefined) return known;
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? "reduced-motion" : "standard";
}

export function rememberProfile(profile: LivenessProfile): void {
  try {
    localStorage.setItem(KEY, profile);
  } catch {
    // Storage may be full or forbidden: then the choice lasts as long as the page.
  }
}

function read(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
