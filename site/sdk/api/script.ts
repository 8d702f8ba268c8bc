import { type Opening, type ScriptSource, type Step, openingFrom, stepsFrom } from "../capture/script";
import { StateError } from "../errors";
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
    const answer = await this.api.challenge(this.request, signal);
    // Some ways are not enough alone. To follow one without the mailbox would end in a refusal that says nothing.
    const needsMailbox = answer.object("script").boolean("needs_mailbox");
    if (needsMailbox && this.request.purpose === "verification" && this.request.mailbox_token === undefined) {
      throw new StateError("profile-needs-mailbox");
    }
    return openingFrom(answer, this.request.profile);
  }

  async reveal(
    { challenge, chain, frames }: { challenge: string; chain: string; frames: number },
    signal: AbortSignal,
  ): Promise<readonly Step[]> {
    const call = { method: "POST", path: "/v1/challenges/steps", body: { chain, frames }, signal } as const;
    return stepsFrom(new Answer(await this.api.answer(call, challenge)));
  }
}
