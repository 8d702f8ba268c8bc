// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import "../../components/account/rename-dialog";
import type { RenameDialog } from "../../components/account/rename-dialog";
import { isDeviceName } from "../../components/wording/device-name";
import "../../pages/dashboard/dashboard-page";
import type { DashboardPage } from "../../pages/dashboard/dashboard-page";
import type { Services } from "../../pages/services";
import { ApiProblem, type Account, type FaceSmash } from "../../sdk";
import { aDevice, anAccount, aSession } from "../support/account";
import { button } from "../support/page";

beforeEach(() => {
  vi.stubGlobal("scrollTo", () => undefined);
});

afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

function type(root: HTMLElement, name: string): void {
  const field = root.querySelector<HTMLInputElement>("#new-device-name");
  if (field === null) throw new Error("no field");
  field.value = name;
}

describe("what a device may be called", () => {
  test.each(["x", "Kitchen tablet", "Küche 🫖", "a".repeat(64), "🫖".repeat(64)])("%s", (name) => {
    expect(isDeviceName(name)).toBe(true);
  });

  test.each([
    ["nothing", ""],
    ["a space", " "],
    ["a space before it", " tablet"],
    ["a space after it", "tablet "],
    ["a hard space after it", "tablet\u00a0"],
    ["a line break in it", "kitchen\ntablet"],
    ["a control character", "kitchen\u0085tablet"],
    ["more than 64 characters", "a".repeat(65)],
  ])("not %s", (_what, name) => {
    expect(isDeviceName(name)).toBe(false);
  });
});

describe("the dialog", () => {
  async function asked(): Promise<{ dialog: RenameDialog; answer: Promise<string | null> }> {
    const dialog = document.createElement("fs-rename-dialog");
    document.body.append(dialog);
    const answer = dialog.ask("Laptop");
    await vi.waitFor(() => {
      expect(dialog.querySelector("dialog")?.open).toBe(true);
    });
    return { dialog, answer };
  }

  test("is named after the device, and its field has a label and the name until now", async () => {
    const { dialog } = await asked();

    const field = dialog.querySelector<HTMLInputElement>("#new-device-name");
    const title = dialog.querySelector("dialog")?.getAttribute("aria-labelledby") ?? "";
    expect(dialog.querySelector(`#${title}`)?.textContent).toBe("Rename Laptop");
    expect(dialog.querySelector("label")?.htmlFor).toBe(field?.id);
    expect(dialog.querySelector("label")?.textContent).toBe("New name");
    expect(field?.value).toBe("Laptop");
    expect(field?.hasAttribute("autofocus")).toBe(true);
    expect([field?.selectionStart, field?.selectionEnd]).toEqual([0, 6]);
  });

  test("gives the new name without the spaces around it, and closes", async () => {
    const { dialog, answer } = await asked();

    type(dialog, "  Kitchen tablet ");
    button(dialog, "Save the name").click();

    expect(await answer).toBe("Kitchen tablet");
    expect(dialog.querySelector("dialog")?.open).toBe(false);
  });

  test.each(["", "   ", "a\u0085b"])("says what is wrong with %j, and stays open", async (name) => {
    const { dialog, answer } = await asked();
    const settled = vi.fn();
    void answer.then(settled);

    type(dialog, name);
    button(dialog, "Save the name").click();
    await dialog.updateComplete;

    const field = dialog.querySelector("#new-device-name");
    expect(dialog.querySelector(".field__error")?.textContent).toContain("1 to 64");
    expect(field?.getAttribute("aria-invalid")).toBe("true");
    expect(field?.getAttribute("aria-describedby")).toContain("new-device-name-error");
    expect(document.activeElement).toBe(field);
    expect(settled).not.toHaveBeenCalled();
  });

  test("is without the complaint when it is opened again", async () => {
    const { dialog } = await asked();
    type(dialog, "");
    button(dialog, "Save the name").click();
    await dialog.updateComplete;

    void dialog.ask("Phone");
    await dialog.updateComplete;

    expect(dialog.querySelector(".field__error")).toBeNull();
    expect(dialog.querySelector("h2")?.textContent).toBe("Rename Phone");
  });

  test.each([
    ["the same name", "Save the name"],
    ["the button for that", "Keep the name"],
  ])("changes nothing by %s", async (_what, name) => {
    const { dialog, answer } = await asked();

    button(dialog, name).click();

    expect(await answer).toBeNull();
  });

  test("changes nothing by Escape, which closes it", async () => {
    const { dialog, answer } = await asked();

    dialog.querySelector("dialog")?.close();

    expect(await answer).toBeNull();
  });

  test("changes nothing where the page is left", async () => {
    const { dialog, answer } = await asked();

    dialog.remove();

    expect(await answer).toBeNull();
  });
});

describe("on the dashboard", () => {
  const renameDevice = vi.fn<FaceSmash["renameDevice"]>();
  let held: Account;

  beforeEach(() => {
    renameDevice.mockReset().mockResolvedValue();
    held = anAccount({ devices: [aDevice(), aDevice({ id: "device-2", name: "Phone", current: false })] });
  });

  async function opened(): Promise<DashboardPage> {
    const page = document.createElement("fs-dashboard-page");
    page.services = {
      faceSmash: {
        session: () => aSession(),
        passkeySupport: async () => Promise.resolve({ usable: false, onThisDevice: false }),
        account: async () => Promise.resolve(held),
        renameDevice,
      },
      config: { apiOrigin: "", environment: "local" },
      memory: { provenEmail: null, steppingUp: null, application: null },
      go: vi.fn(),
      sessionChanged: vi.fn(),
    } as unknown as Services;
    document.body.append(page);
    await vi.waitFor(() => {
      expect(page.textContent).toContain("Phone");
    });
    return page;
  }

  async function renamed(page: DashboardPage, name: string): Promise<void> {
    button(page, "Rename Phone").click();
    await vi.waitFor(() => {
      expect(page.querySelector("fs-rename-dialog dialog")?.hasAttribute("open")).toBe(true);
    });
    type(page, name);
    button(page, "Save the name").click();
  }

  test("each device has its button, beside the one that removes it", async () => {
    const page = await opened();

    for (const name of ["Laptop", "Phone"]) {
      const rename = button(page, `Rename ${name}`);
      expect(rename.nextElementSibling).toBe(button(page, `Remove ${name}`));
      expect(rename.textContent.trim()).toBe("Rename");
    }
  });

  test("the new name is sent for that device, told once, and then in the list", async () => {
    const page = await opened();
    renameDevice.mockImplementation(async () => {
      held = anAccount({
        devices: [aDevice(), aDevice({ id: "device-2", name: "Old phone", current: false })],
      });
      return Promise.resolve();
    });

    await renamed(page, "Old phone");

    await vi.waitFor(() => {
      expect(page.querySelector("[role=status]")?.textContent.trim()).toBe("Phone is called Old phone now.");
    });
    expect(renameDevice).toHaveBeenCalledExactlyOnceWith("device-2", "Old phone", {
      signal: expect.any(AbortSignal) as AbortSignal,
    });
    expect(button(page, "Rename Old phone")).toBeDefined();
  });

  test("nothing is sent where the name is kept", async () => {
    const page = await opened();
    button(page, "Rename Phone").click();
    await vi.waitFor(() => {
      expect(page.querySelector("fs-rename-dialog dialog")?.hasAttribute("open")).toBe(true);
    });

    button(page, "Keep the name").click();
    await page.updateComplete;

    expect(renameDevice).not.toHaveBeenCalled();
    expect(page.querySelector("[role=status]")?.textContent.trim()).toBe("");
  });

  test("a sign-in that is too old is asked for again", async () => {
    const page = await opened();
    renameDevice.mockRejectedValue(new ApiProblem({ type: "step-up-required", status: 401, detail: "" }));

    await renamed(page, "Old phone");

    await vi.waitFor(() => {
      expect(page.querySelector("fs-confirm")?.textContent).toContain("Please sign in again");
    });
  });

  test("a device that is gone meanwhile is told as such", async () => {
    const page = await opened();
    renameDevice.mockRejectedValue(new ApiProblem({ type: "not-found", status: 404, detail: "" }));

    await renamed(page, "Old phone");

    await vi.waitFor(() => {
      expect(page.querySelector("[role=alert]")?.textContent).toContain("It is not there any more");
    });
  });
});
