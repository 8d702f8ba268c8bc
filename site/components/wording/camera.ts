import type { CameraErrorKind } from "../../sdk";
import { MAILBOX_TOO } from "./profiles";
import type { Words } from "./words";

/** Every state of the camera block. `asking` is the time in which the browser's own question is open. */
export type CameraState =
  "loading" | "ready" | "asking" | "guiding" | "hidden" | "captured" | "failed" | "mailbox" | CameraErrorKind;

/** States in which the stage shows the picture itself and no words. */
export type LiveState = "guiding";

export interface CameraWords extends Words {
  /** Name of the button that goes on from here; without one the way on is the page's other way. */
  readonly action?: string;
}

export const CAMERA_WORDS: Readonly<Record<Exclude<CameraState, LiveState>, CameraWords>> = {
  loading: {
    title: "Getting ready",
    text: "This page loads what it needs to read a face on this device.",
  },
  ready: {
    title: "Your camera is off",
    text: "It starts when you press the button, and stops by itself after a few seconds.",
    action: "Start camera",
  },
  asking: {
    title: "Waiting for the camera",
    text: "If your browser asks, choose “Allow”. The picture stays on this device.",
  },
  hidden: {
    title: "Paused",
    text: "The camera waits while this page is in the background. It goes on when you come back.",
    action: "Start again",
  },
  captured: {
    title: "Done, your camera is off",
    text: "The pictures are gone already. Only numbers worked out from them are sent.",
  },
  failed: {
    title: "That did not work",
    text: "Something unexpected happened on this page. Nothing was sent.",
    action: "Try again",
  },
  mailbox: { ...MAILBOX_TOO, action: "Get a code" },
  refused: {
    title: "The camera is not allowed",
    text: "Press the camera or settings sign beside the address, allow the camera for this page, then try again. If it is allowed there, look in the privacy settings of your system.",
    action: "Try again",
  },
  absent: {
    title: "No camera found",
    text: "Plug one in or switch it on, then try again. A phone or tablet has one built in.",
    action: "Try again",
  },
  busy: {
    title: "The camera is in use elsewhere",
    text: "Another programme or tab is holding it. Close it there, then try again.",
    action: "Try again",
  },
  interrupted: {
    title: "The camera stopped",
    text: "It was unplugged, switched off or taken by another programme. Check it, then try again.",
    action: "Try again",
  },
  unsupported: {
    title: "This browser cannot do it",
    text: "It has no camera access or no WebAssembly. A current Chrome, Edge, Firefox or Safari has both.",
    action: "Try again",
  },
  insecure: {
    title: "This address is not secure",
    text: "Browsers open the camera only on an address that begins with https. Open this page that way.",
  },
};
