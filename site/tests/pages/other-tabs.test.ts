// @vitest-environment happy-dom
/** Once one tab has ended a session, no other goes on showing what it opened. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import "../../pages/app";
import type { App } from "../../pages/app";
import type { Services } from "../../pages/services";
import type { Session } from "../../sdk";
import { anAccount, aSession } from "../support/account";
import { words } from "../support/page";
import { services } from "../support/services";

const reload = vi.fn<() => void>();
let session: Session | null;
let channels: FakeChannel[];

/** As the browser has it: what one says all others of the name hear. */
class FakeChannel {
  onmessage: ((event: { data: unknown }) => void) | null = null;
  open = true;

  constructor(readonly name: string) {
    channels.push(this);
  }

  postMessage(data: unknown): void {
    for (const other of channels) if (other !== this && other.open) other.onmessage?.({ data });
  }

  close(): void {
    this.open = false;
  }
}

beforeEach(() => {
  session = aSession();
  channels = [];
  reload.mockReset();
  vi.spyOn(location, "reload").mockImplementation(reload);
  vi.stubGlobal("scrollTo", () => undefined);
  vi.stubGlobal("fetch", async () => new Promise(() => undefined));
  vi.stubGlobal("BroadcastChannel", FakeChannel);
});

afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

async function opened(path: string): Promise<{ app: App; told: Services }> {
  history.replaceState(null, "", path);
  const app = document.createElement("fs-app");
  document.body.append(app);
  const product = services({
    session: () => session,
    resumeSession: async () => Promise.resolve(session),
    account: async () => Promise.resolve(anAccount()),
    passkeySupport: async () => Promise.resolve({ usable: false, onThisDevice: false }),
    knownAccount: async () => Promise.resolve(false),
    closeCamera: () => undefined,
    dispose: async () => Promise.resolve(),
  });
  const told: Services = {
    ...product,
    sessionChanged: () => {
      app.requestUpdate();
    },
  };
  Object.assign(app, { services: told });
  await app.updateComplete;
  return { app, told };
}

async function dashboard(): Promise<Awaited<ReturnType<typeof opened>>> {
  const there = await opened("/dashboard");
  await vi.waitFor(() => {
    expect(words(there.app)).toContain("ada@example.org");
  });
  return there;
}

async function moved(app: App, how: "pagehide" | "pageshow", persisted: boolean): Promise<void> {
  window.dispatchEvent(Object.assign(new Event(how), { persisted }));
  await app.updateComplete;
}

describe("another tab", () => {
  async function ends(told: Services, app: App): Promise<void> {
    session = null;
    told.sessionChanged();
    await app.updateComplete;
  }

  /** What other tabs hear. */
  function heard(): unknown[] {
    const data: unknown[] = [];
    new FakeChannel("facesmash signed out").onmessage = (event): void => void data.push(event.data);
    return data;
  }

  test("is told whose session was ended here, once", async () => {
    const { app, told } = await dashboard();
    const { account } = aSession();
    const data = heard();

    await ends(told, app);
    await ends(told, app);

    expect(data).toEqual([account]);
  });

  test("is told where somebody else is signed in in their place", async () => {
    const { app, told } = await dashboard();
    const data = heard();

    session = aSession({ account: "B".repeat(22) });
    told.sessionChanged();
    await app.updateComplete;

    expect(data).toEqual([aSession().account]);
  });

  test("is left alone where the session only ran out here: there it may go on", async () => {
    session = aSession({ expiresAt: new Date(Date.now() - 1) });
    const { app, told } = await opened("/policy");
    const data = heard();

    await ends(told, app);

    expect(data).toEqual([]);
  });

  test("that shows this account begins anew, and finds nobody signed in", async () => {
    await dashboard();

    new FakeChannel("facesmash signed out").postMessage(aSession().account);

    expect(reload).toHaveBeenCalledOnce();
  });

  test.each<[string, Session | null]>([
    ["somebody else is signed in", aSession({ account: "B".repeat(22) })],
    ["nobody is", null],
  ])("where %s goes on", async (_who, theirs) => {
    session = theirs;
    await opened("/policy");

    new FakeChannel("facesmash signed out").postMessage(aSession().account);
    new FakeChannel("facesmash signed out").postMessage(null);

    expect(reload).not.toHaveBeenCalled();
  });

  test("hears nothing while it is put away, and again when it comes back", async () => {
    session = null;
    const { app } = await opened("/sign-in");

    await moved(app, "pagehide", true);
    expect(channels.filter(({ open }) => open)).toEqual([]);

    await moved(app, "pageshow", true);
    expect(channels.filter(({ open }) => open)).toHaveLength(1);
  });

  test("is not needed: without a channel the page works as ever", async () => {
    vi.stubGlobal("BroadcastChannel", undefined);

    const { app, told } = await dashboard();
    await ends(told, app);

    expect(words(app.querySelector("nav"))).toBe("Register Sign in");
  });
});
