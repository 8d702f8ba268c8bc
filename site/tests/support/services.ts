import { vi, type Mock } from "vitest";

import type { PageName } from "../../pages/router";
import { createServices, type Services } from "../../pages/services";
import type { FaceSmash } from "../../sdk";

/** With what a page told the app. */
export interface Told extends Services {
  readonly go: Mock<(page: PageName) => void>;
  readonly sessionChanged: Mock<() => void>;
}

/** What a page works with, where the product does what the test says and nothing else. */
export function services(faceSmash: Partial<FaceSmash>, environment = "production"): Told {
  const config = { apiOrigin: "https://api.example", environment };
  const told = { go: vi.fn<(page: PageName) => void>(), sessionChanged: vi.fn<() => void>() };
  return { ...createServices(config, told), ...told, faceSmash: faceSmash as FaceSmash };
}
