import type { GuidanceStep, LivenessProfile } from "../types";
import type { Descriptors } from "./descriptors";
import { VIEW_MS, limitsOf, stepLimitMs } from "./limits";
import { capturesOfLook } from "./plan";
import type { Step } from "./script";
import { ByTheClock } from "./steps/by-the-clock";
import { CloseEyesStep } from "./steps/close-eyes";
import { CloserStep } from "./steps/closer";
import { LookStep } from "./steps/look";
import type { Baseline, StepFollower, StepSight } from "./steps/step";
import { TurnStep } from "./steps/turn";
import { ViewStep } from "./steps/view";
import { TryFailed } from "./try-failed";

// Until the second act is known: what most scripts have (layers/matching/liveness/script.py).
const USUAL_SECOND_ACT = { probe: 3, enrolment: 7 };

/** The script as far as it is known, and the step that is followed now. */
export class FollowedScript {
  #steps: readonly Step[];
  #isLastAct = false;
  #index = 0;
  #current: StepFollower | null;
  #baseline: Baseline | null = null;
  #stepStartMs: number;
  #actStartMs: number;
  #actFrom = 0;
  #progress = 0;

  constructor(
    firstAct: readonly Step[],
    readonly profile: LivenessProfile,
    readonly purpose: "probe" | "enrolment",
    readonly descriptors: Descriptors,
    timeMs: number,
    /** When each step ends by itself; null where it is followed. */
    readonly stepMs: number | null = null,
  ) {
    this.#steps = firstAct;
    [this.#stepStartMs, this.#actStartMs] = [timeMs, timeMs];
    this.#current = this.#follower();
  }

  /** The step that is shown; null while the second act is awaited, and at the end. */
  get current(): { step: Step; follower: StepFollower } | null {
    const step = this.#steps[this.#index];
    return step === undefined || this.#current === null ? null : { step, follower: this.#current };
  }

  /** The looks known so far that a descriptor is taken of. */
  get comparedLooks(): number {
    return this.#steps.filter(({ kind, capture }) => kind === "look" && capture).length;
  }

  get isLastStep(): boolean {
    return this.#isLastAct && this.#index === this.#steps.length - 1;
  }

  /** Goes on to the next step; the first look leaves the baseline. */
  advance(timeMs: number): void {
    this.#baseline ??= this.#current?.measured?.() ?? null;
    this.#index += 1;
    this.#begin(timeMs);
  }

  addSecondAct(steps: readonly Step[], timeMs: number): void {
    this.#actFrom = this.#steps.length;
    this.#steps = [...this.#steps, ...steps];
    this.#isLastAct = true;
    this.#actStartMs = timeMs;
    this.#begin(timeMs);
  }

  /** Throws `TryFailed` when the step, or its act, has taken too long. */
  refuseWhenLate(timeMs: number): void {
    const { actMs } = limitsOf(this.profile);
    const stepMs = stepLimitMs(this.profile, this.#steps[this.#index]?.kind ?? "look");
    const views = this.#steps.slice(this.#actFrom).filter(({ kind }) => kind === "view").length;
    const isLate = timeMs - this.#stepStartMs > stepMs || timeMs - this.#actStartMs > actMs + views * VIEW_MS;
    if (isLate) throw new TryFailed("too-slow");
  }

  guidance(sight: StepSight): GuidanceStep {
    const { share, target, pointer, durationMs } = sight;
    return {
      kind: this.#steps[this.#index]?.kind ?? "look",
      index: this.#index,
      count: this.#steps.length,
      share,
      ...(target && { target }),
      ...(pointer && { pointer }),
      ...(durationMs !== undefined && { durationMs }),
    };
  }

  /** Of the whole ceremony, 0 to 1: never less than before. `share`: of the current step. */
  progress(share: number): number {
    const expected = this.#isLastAct ? 0 : USUAL_SECOND_ACT[this.purpose];
    const now = (this.#index + (this.current === null ? 0 : share)) / (this.#steps.length + expected);
    this.#progress = Math.max(this.#progress, Math.min(1, now));
    return this.#progress;
  }

  #begin(timeMs: number): void {
    this.#stepStartMs = timeMs;
    this.#current = this.#follower();
  }

  #follower(): StepFollower | null {
    const step = this.#steps[this.#index];
    if (step === undefined) return null;
    if (step.kind === "look") return this.#look(this.#index);
    const before = this.descriptors.held;
    const taken = (): number => this.descriptors.held - before;
    return this.#timed(this.#other(step), () => (step.capture ? 1 : 0), taken);
  }

  #other(step: Exclude<Step, { kind: "look" }>): StepFollower | null {
    const baseline = this.#baseline;
    if (baseline === null) return null; // never: a script begins with a look, and it does not end without one
    switch (step.kind) {
      case "view":
        return new ViewStep(step.view, baseline);
      case "turn":
        return new TurnStep(step, baseline, limitsOf(this.profile).beside);
      case "close_eyes":
        return new CloseEyesStep(step.durationMs, baseline);
      case "closer":
        return new CloserStep(step.scale, baseline);
    }
  }

  #look(index: number): StepFollower | null {
    const before = this.descriptors.taken;
    const captures = (): number =>
      capturesOfLook(this.#steps, index, {
        isLastAct: this.#isLastAct,
        taken: this.descriptors.live,
        before,
      });
    const taken = (): number => this.descriptors.taken - before;
    return this.#timed(new LookStep({ captures, taken, baseline: this.#baseline }), captures, taken);
  }

  #timed(follower: StepFollower | null, wanted: () => number, taken: () => number): StepFollower | null {
    const { stepMs } = this;
    return follower === null || stepMs === null
      ? follower
      : new ByTheClock(follower, { stepMs, wanted, taken });
  }
}
