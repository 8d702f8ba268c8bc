import { svg, type SVGTemplateResult } from "lit";

/** Half axes of the outline in the viewBox's units: an adult face at arm's length in a webcam picture. */
const RX = 21;
const RY = 28;

/** The outline to put the face into; its bright part is the share of the ceremony that is done. */
export function faceOutline(progress: number): SVGTemplateResult {
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
    </svg>`;
}
