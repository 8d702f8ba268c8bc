import { nothing, svg, type SVGTemplateResult } from "lit";

import type { GuidanceState } from "../../sdk";

/** Half axes of the outline in the viewBox's units: an adult face at arm's length in a webcam picture. */
const RX = 21;
const RY = 28;

/** Arrows beside the outline. The picture is a mirror, so the person's left is on the left of the screen. */
const ARROWS: Readonly<Partial<Record<GuidanceState, string>>> = {
  "turn-left": "M26.5 33l-4 4.5l4 4.5",
  "turn-right": "M73.5 33l4 4.5l-4 4.5",
};

/**
 * The outline to put the face into; its bright part is the share of the ceremony that is done, and an arrow beside it
 * shows the way to turn where that is asked for.
 */
export function faceOutline(progress: number, state: GuidanceState | null): SVGTemplateResult {
  const arrow = state === null ? undefined : ARROWS[state];
  const done = Math.round(Math.min(1, Math.max(0, progress)) * 100);
  return svg`
    <svg class="camera__outline" viewBox="0 0 100 75" preserveAspectRatio="xMidYMid slice" aria-hidden="true" focusable="false">
      <defs>
        <mask id="camera-outline-mask">
          <rect x="-50" y="-50" width="200" height="175" fill="white"/>
          <ellipse cx="50" cy="37.5" rx=${RX} ry=${RY} fill="black"/>
        </mask>
      </defs>
      <rect class="camera__shade" x="-50" y="-50" width="200" height="175" mask="url(#camera-outline-mask)"/>
      <ellipse class="camera__ring" cx="50" cy="37.5" rx=${RX} ry=${RY}/>
      <path class="camera__done" d="M50 9.5a${RX} ${RY} 0 0 1 0 56a${RX} ${RY} 0 0 1 0 -56" pathLength="100"
        stroke-dasharray="${done} 100"/>
      ${arrow === undefined ? nothing : svg`<path class="camera__arrow" d=${arrow}/>`}
    </svg>`;
}
