// @vitest-environment happy-dom
/** Where the browser puts a document away for its way back, nothing private stays in it. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import "../../pages/app";
import type { App } from "../../pages/app";
import type { Session } from "../../sdk";
import { anAccount, aSession } from "../support/account";
import { words } from "../support/page";
import { services } from "../support/services";

const reload = vi.fn<() => void>();
let session: Session | null;

beforeEach(() => {
  session = aSession();
  reload.mockReset();
  vi.spyOn(location, "reload").mockImplementation(reload);
  vi.stubGlobal("scrollTo", () => undefined);
  vi.stubGlobal("fetch", async () => new Promise(() => undefined));
});

afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

async function opened(path: string): Promise<App> {
  history.replaceState(null, "", path);
  const app = document.createElement("fs-app");
  document.body.append(app);
  const working = services({
    session: () => session,
    resumeSession: async () => Promise.resolve(session),
    account: async () => Promise.resolve(anAccount()),
    passkeySupport: async () => Promise.resolve({ usable: false, onThisDevice: false }),
    knownAccount: async () => Promise.resolve(false),
    closeCamera: () => undefined,
    dispose: async () => Promise.resolve(),
  });
  Object.assign(app, { services: working });
  await app.updateComplete;
  return app;
}

async function dashboard(): Promise<App> {
  const app = await opened("/dashboard");
  await vi.waitFor(() => {
    expect(words(app)).toContain("ada@example.org");
  });
  return app;
}

async function moved(app: App, how: "pagehide" | "pageshow", persisted: boolean): Promise<void> {
  window.dispatchEvent(Object.assign(new Event(how), { persisted }));
  await app.updateComplete;
}

describe("the way back", () => {
  test("finds nothing private on the page, and begins anew", async () => {
    const app = await dashboard();

    await moved(app, "pagehide", true);

    expect(words(app)).not.toContain("ada@example.org");
    expect(app.querySelector("main")?.children.length).toBe(0);
    expect(reload).not.toHaveBeenCalled();

    await moved(app, "pageshow", true);
    expect(reload).toHaveBeenCalledOnce();
  });

  test("leaves whoever is signing in where they were: the code is read in between", async () => {
    session = null;
    const app = await opened("/sign-in");
    await vi.waitFor(() => {
      expect(app.querySelector("fs-email-form")).not.toBeNull();
    });
    const form = app.querySelector("fs-email-form");

    await moved(app, "pagehide", true);
    await moved(app, "pageshow", true);

    expect(app.querySelector("fs-email-form")).toBe(form);
    expect(reload).not.toHaveBeenCalled();
  });

  test("is none where the browser keeps nothing, and none at the first opening", async () => {
    const app = await dashboard();

    await moved(app, "pagehide", false);
    await moved(app, "pageshow", false);

    expect(words(app)).toContain("ada@example.org");
    expect(reload).not.toHaveBeenCalled();
  });
});
