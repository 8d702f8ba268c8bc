import { type Opening, type ScriptSource, type Step, openingFrom, stepsFrom } from "../capture/script";
import type { LivenessProfile } from "../types";
import { Answer } from "./answer";
import type { ApiClient, ChallengeRequest } from "./client";

/** A ceremony's acts from the API: each try has a challenge of its own. */
export class ApiScript implements ScriptSource {
  constructor(
    readonly api: ApiClient,
    readonly request: ChallengeRequest & { profile: LivenessProfile },
  ) {}

  async open(signal: AbortSignal): Promise<Opening> {
    return openingFrom(await this.api.challenge(this.request, signal), this.request.profile);
  }

  async reveal(
    { challenge, chain, frames }: { challenge: string; chain: string; frames: number },
    signal: AbortSignal,
  ): Promise<readonly Step[]> {
    const call = { method: "POST", path: "/v1/challenges/steps", body: { chain, frames }, signal } as const;
    return stepsFrom(new Answer(await this.api.answer(call, challenge)));
  }
}
