import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { IDBFactory } from "fake-indexeddb";

import { ApiClient } from "../../sdk/api/client";
import { ApiScript } from "../../sdk/api/script";
import { deviceKey } from "../../sdk/identity/device-key";
import { DeviceStore } from "../../sdk/identity/device-store";
import { fakeApi, json, problem } from "../support/fake-api";

const LOOK = { kind: "look", capture: true };
const signal = new AbortController().signal;

let script: ApiScript;

beforeEach(() => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  const store = new DeviceStore("script-test");
  const api = new ApiClient("https://api.example", async () => deviceKey(store), signal);
  script = new ApiScript(api, { purpose: "verification", account: "account-1", profile: "no-sound" });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("a ceremony's script from the API", () => {
  test("is asked for with the profile, and each try gets a challenge of its own", async () => {
    let issued = 0;
    const log = fakeApi({
      "POST /v1/challenges": () =>
        json({
          challenge: `c${(issued += 1)}`,
          script: { profile: "no-sound", acts: 2, needs_mailbox: false, steps: [LOOK] },
        }),
    });

    const [one, other] = [await script.open(signal), await script.open(signal)];

    expect([one.challenge, other.challenge]).toEqual(["c1", "c2"]);
    expect(log[0]?.body).toEqual({ purpose: "verification", account: "account-1", profile: "no-sound" });
  });

  test("of a way that is not enough alone is not begun without the mailbox", async () => {
    const answer = {
      challenge: "c1",
      script: { profile: "no-sound", acts: 2, needs_mailbox: true, steps: [LOOK] },
    };
    fakeApi({ "POST /v1/challenges": () => json(answer) });

    await expect(script.open(signal)).rejects.toMatchObject({ kind: "profile-needs-mailbox" });
  });

  test("tells its second act for the seal of the first, under a proof that answers the challenge", async () => {
    const log = fakeApi({ "POST /v1/challenges/steps": () => json({ steps: [LOOK] }) });

    const steps = await script.reveal({ challenge: "c1", chain: "ab".repeat(32), frames: 20 }, signal);

    expect(steps).toEqual([LOOK]);
    expect(log[0]?.body).toEqual({ chain: "ab".repeat(32), frames: 20 });
    expect(log[0]?.proof).toMatchObject({ nonce: "c1" });
  });

  test("that was told already is the API's problem", async () => {
    fakeApi({ "POST /v1/challenges/steps": () => problem("challenge-invalid", 409) });

    await expect(
      script.reveal({ challenge: "c1", chain: "ab".repeat(32), frames: 20 }, signal),
    ).rejects.toMatchObject({ type: "challenge-invalid" });
  });
});
