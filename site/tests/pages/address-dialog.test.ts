// @vitest-environment happy-dom
/** Changing the address: what can be taken back is, and what cannot is told as it ends. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import "../../components/account/address-dialog";
import type { AddressDialog, AddressOutcome } from "../../components/account/address-dialog";
import { ApiProblem, type FaceSmash } from "../../sdk";
import { button, words } from "../support/page";

const ADA = "ada@example.org";
const GRACE = "grace@example.org";

const requestAddressCodes = vi.fn<FaceSmash["requestAddressCodes"]>();
const changeAddress = vi.fn<FaceSmash["changeAddress"]>();

beforeEach(() => {
  requestAddressCodes.mockReset().mockResolvedValue({ expiresIn: 600, resendIn: 60 });
  changeAddress.mockReset().mockResolvedValue();
});

afterEach(() => {
  document.body.replaceChildren();
});

async function opened(): Promise<{ dialog: AddressDialog; ended: (outcome: AddressOutcome) => void }> {
  const dialog = document.createElement("fs-address-dialog");
  dialog.faceSmash = { requestAddressCodes, changeAddress } as Partial<FaceSmash> as FaceSmash;
  document.body.append(dialog);
  await dialog.updateComplete;
  return { dialog, ended: await openedAnew(dialog) };
}

async function openedAnew(dialog: AddressDialog): Promise<(outcome: AddressOutcome) => void> {
  const ended = vi.fn<(outcome: AddressOutcome) => void>();
  void dialog.open(ADA).then(ended);
  await vi.waitFor(() => {
    expect(isOpen(dialog)).toBe(true);
  });
  return ended;
}

function isOpen(dialog: AddressDialog): boolean {
  return dialog.querySelector("dialog")?.open === true;
}

function typed(dialog: AddressDialog, selector: string, value: string): void {
  const input = dialog.querySelector<HTMLInputElement>(selector);
  if (input === null) throw new Error(`no field ${selector}`);
  input.value = value;
}

async function atTheCodes(): Promise<Awaited<ReturnType<typeof opened>>> {
  const there = await opened();
  typed(there.dialog, "#new-email", GRACE);
  button(there.dialog, "Send both codes").click();
  await vi.waitFor(() => {
    expect(there.dialog.querySelector("#fromOld")).not.toBeNull();
  });
  return there;
}

/** Both codes are typed and sent, and the answer comes when the test says. */
async function changing(): Promise<
  Awaited<ReturnType<typeof opened>> & { changed: () => void; failed: (error: Error) => void }
> {
  let settle!: { changed: () => void; failed: (error: Error) => void };
  changeAddress.mockReturnValue(
    new Promise((resolve, reject) => (settle = { changed: resolve, failed: reject })),
  );
  const there = await atTheCodes();
  typed(there.dialog, "#fromOld", "123456");
  typed(there.dialog, "#fromNew", "654321");
  button(there.dialog, "Change my address").click();
  await there.dialog.updateComplete;
  expect(changeAddress).toHaveBeenCalledOnce();
  return { ...there, ...settle };
}

async function passes(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 5));
}

describe("while the codes are checked", () => {
  const WAYS_OUT: [string, (dialog: AddressDialog) => void][] = [
    [
      "the button",
      (dialog): void => {
        button(dialog, "Keep my address").click();
      },
    ],
    [
      "Escape",
      (dialog): void => {
        const cancel = new Event("cancel", { cancelable: true });
        if (dialog.querySelector("dialog")?.dispatchEvent(cancel) === true)
          dialog.querySelector("dialog")?.close();
      },
    ],
    [
      "Escape where the browser does not ask",
      (dialog): void => {
        dialog.querySelector("dialog")?.close();
      },
    ],
  ];

  test.each(WAYS_OUT)("%s keeps nothing, and closes nothing", async (_how, leave) => {
    const { dialog, ended, changed } = await changing();
    expect(button(dialog, "Keep my address").getAttribute("aria-disabled")).toBe("true");
    expect(words(button(dialog, "Checking the codes"))).toBe("Checking the codes");

    leave(dialog);
    await passes();

    expect(isOpen(dialog)).toBe(true);
    expect(ended).not.toHaveBeenCalled();
    changed();
    await vi.waitFor(() => {
      expect(ended).toHaveBeenCalledExactlyOnceWith({ kind: "moved", email: GRACE });
    });
    expect(isOpen(dialog)).toBe(false);
  });

  test("a pair that is refused is told, and then the address can be kept", async () => {
    const { dialog, ended, failed } = await changing();

    failed(new ApiProblem({ type: "code-invalid", status: 400, detail: "" }));
    await vi.waitFor(() => {
      expect(words(dialog.querySelector("[role=alert]"))).toContain("These two codes do not fit");
    });
    button(dialog, "Keep my address").click();

    await vi.waitFor(() => {
      expect(ended).toHaveBeenCalledExactlyOnceWith({ kind: "closed" });
    });
  });

  test("a session that is over closes it all the same", async () => {
    const { dialog, ended, changed } = await changing();

    dialog.dismiss();
    await vi.waitFor(() => {
      expect(ended).toHaveBeenCalledExactlyOnceWith({ kind: "closed" });
    });
    expect(isOpen(dialog)).toBe(false);

    changed();
    await passes();
    expect(ended).toHaveBeenCalledOnce();
  });
});

describe("while codes are asked for", () => {
  test("keeping the address gives that up, and nothing of it comes back", async () => {
    let sent = (): void => undefined;
    let signal: AbortSignal | undefined;
    requestAddressCodes.mockImplementation(async (_email, options) => {
      signal = options?.signal;
      return new Promise((resolve) => {
        sent = (): void => {
          resolve({ expiresIn: 600, resendIn: 60 });
        };
      });
    });
    const { dialog, ended } = await opened();
    typed(dialog, "#new-email", GRACE);
    button(dialog, "Send both codes").click();
    await dialog.updateComplete;

    button(dialog, "Keep my address").click();
    await vi.waitFor(() => {
      expect(ended).toHaveBeenCalledExactlyOnceWith({ kind: "closed" });
    });
    expect(signal?.aborted).toBe(true);

    await openedAnew(dialog);
    sent();
    await passes();
    expect(dialog.querySelector("#fromOld")).toBeNull();
    expect(button(dialog, "Send both codes").getAttribute("aria-disabled")).toBe("false");
  });

  test("once new ones are sent the field for the first is next", async () => {
    requestAddressCodes.mockResolvedValueOnce({ expiresIn: 600, resendIn: 0 });
    const { dialog } = await atTheCodes();
    button(dialog, "Send new codes").focus();

    button(dialog, "Send new codes").click();

    await vi.waitFor(() => {
      expect(words(dialog)).toContain("New codes can be sent in");
    });
    await passes();
    expect(document.activeElement).toBe(dialog.querySelector("#fromOld"));
  });
});
