/** FaceSmash in a page: everything an integrator may import. See docs/sdk.md. */
import type { FaceSmash, FaceSmashOptions } from "./types";

export declare function createFaceSmash(options?: FaceSmashOptions): FaceSmash;

export * from "./errors";
export type * from "./types";
