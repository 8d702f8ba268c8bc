import { createFaceSmash, type FaceSmash } from "../sdk";
import type { PageName } from "./router";

/** `/config.json`, written by the deployment. */
export interface SiteConfig {
  readonly apiOrigin: string;
  readonly environment: string;
}

/** What signing in is for. */
export interface WaitingApplication {
  /** Its request, word for word. */
  readonly query: string;
  readonly name: string;
  readonly loginHint: string | null;
  /** Whether the person signed in since it asked. */
  signedIn: boolean;
}

/** A right that waits for a fresh sign-in. */
export interface SteppingUp {
  /** Where it is, and where the person goes on afterwards. */
  readonly page: "dashboard" | "face";
  /** Whether nothing but a face counts for it. */
  readonly byFace?: boolean;
  /** Whether the person signed in since it asked. */
  signedIn: boolean;
}

/** What one page leaves for the next. In memory only, gone with the document. */
export interface Memory {
  /** A mailbox that was proved just now, so that registering goes on from there. */
  provenEmail: string | null;
  steppingUp: SteppingUp | null;
  /** An application that sent the person here, and waits for an answer. */
  application: WaitingApplication | null;
}

/** What every page works with. */
export interface Services {
  readonly faceSmash: FaceSmash;
  readonly config: SiteConfig;
  readonly memory: Memory;
  go(page: PageName): void;
  /** Somebody signed in or out, or their session goes on: the header says so, and other tabs are told of an end. */
  sessionChanged(): void;
}

export async function loadConfig(signal: AbortSignal): Promise<SiteConfig> {
  const response = await fetch("/config.json", { signal, cache: "no-cache" });
  if (!response.ok) throw new TypeError(`config.json: ${response.status}`);
  return readConfig(await response.json());
}

/** @throws TypeError when a field is missing: a half-configured site must say so, not guess. */
export function readConfig(value: unknown): SiteConfig {
  if (typeof value !== "object" || value === null) throw new TypeError("config.json: not an object");
  const { apiOrigin, environment } = value as Readonly<Record<string, unknown>>;
  if (typeof apiOrigin !== "string") throw new TypeError("config.json: apiOrigin");
  if (typeof environment !== "string") throw new TypeError("config.json: environment");
  return { apiOrigin, environment };
}

export function createServices(config: SiteConfig, app: Pick<Services, "go" | "sessionChanged">): Services {
  return {
    config,
    faceSmash: createFaceSmash({ apiOrigin: config.apiOrigin }),
    memory: { provenEmail: null, steppingUp: null, application: null },
    ...app,
  };
}
