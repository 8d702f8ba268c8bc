// @vitest-environment happy-dom
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { createFaceSmash, type FaceSmash } from "../sdk";
import { ACCOUNTS, CAPTURE } from "./support/account-api";
import { fakeApi } from "./support/fake-api";
import { FakeStream, installCamera, videoElement } from "./support/fake-camera";

let product: FaceSmash;

beforeEach(() => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  product = createFaceSmash({ apiOrigin: "https://api.example" });
});

afterEach(async () => {
  await product.dispose();
  vi.unstubAllGlobals();
});

describe("disposing", () => {
  test("stops the camera, aborts what runs and ends every method", async () => {
    const stream = new FakeStream();
    installCamera(async () => Promise.resolve(stream));
    fakeApi({ ...ACCOUNTS, "POST /v1/email/codes": async () => new Promise<Response>(() => undefined) });
    await product.openCamera(videoElement());
    const code = product.requestCode("ada@example.org");
    const expected = expect(code).rejects.toMatchObject({ name: "StateError", kind: "disposed" });

    await product.dispose();

    await expected;
    expect(stream.track.readyState).toBe("ended");
    for (const call of [
      product.prepare(),
      product.openCamera(videoElement()),
      product.capture({ purpose: "probe", onGuidance: () => undefined }),
      product.policy(),
      product.account(),
      product.knownAccount(),
      product.signIn({ capture: CAPTURE }),
    ]) {
      await expect(call).rejects.toMatchObject({ kind: "disposed" });
    }
  });

  test("may be done twice, and before anything was done", async () => {
    await product.dispose();
    await product.dispose();
  });
});
