// @vitest-environment happy-dom
import { render } from "lit";
import { afterEach, expect, test, vi } from "vitest";

import { receiptView } from "../../pages/dashboard/receipt";
import type { Receipt } from "../../sdk";

const KEYS_URL = "https://api.example/.well-known/receipt-keys.json";
const RECEIPT: Receipt = {
  receipt: "a.b.c",
  reference: "reference-1",
  deletedAt: new Date(1_790_000_000_000),
  destroyed: { templates: 4, devices: 1, passkeys: 0, consents: 1, signIns: 3, keys: 1 },
};

afterEach(() => {
  vi.restoreAllMocks();
});

test("the file that is kept names no address to take keys from, and says that its words are not signed", async () => {
  const saved = vi.spyOn(URL, "createObjectURL").mockReturnValue("blob:saved");
  render(receiptView(RECEIPT, KEYS_URL), document.body);

  document.querySelector("button")?.click();

  const text = await (saved.mock.calls[0]?.[0] as Blob).text();
  // The members that the command knows; it refuses others (facesmash/receipt.py).
  expect(Object.keys(JSON.parse(text) as object)).toEqual([
    "receipt",
    "reference",
    "deleted_at",
    "destroyed",
    "how_to_check",
  ]);
  expect(text).toContain("--jwks https://<service>/.well-known/receipt-keys.json");
  expect(text).toContain("that YOU know");
  expect(text).toContain("not signed");
  expect(text).not.toContain("api.example");
  expect(text).toMatch(/^[\n -~]*$/); // the command reads ASCII
});
