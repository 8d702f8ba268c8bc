import { vi, type Mock } from "vitest";

import { createServices, type Services } from "../../pages/services";
import type { FaceSmash } from "../../sdk";

export type Told = Services & { go: Mock<Services["go"]>; sessionChanged: Mock<Services["sessionChanged"]> };

/** What a page works with, where the product does what the test says and nothing else. */
export function services(faceSmash: Partial<FaceSmash>, environment = "production"): Told {
  const config = { apiOrigin: "https://api.example", environment };
  const told = { go: vi.fn<Services["go"]>(), sessionChanged: vi.fn<Services["sessionChanged"]>() };
  return { ...createServices(config, told), ...told, faceSmash: faceSmash as FaceSmash };
}
