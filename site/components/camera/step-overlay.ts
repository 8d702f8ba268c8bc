import { nothing, svg, type SVGTemplateResult } from "lit";

import type { DotPlace, GuidanceStep } from "../../sdk";

/** From the unit circle to the outline's viewBox: inside what a narrow screen shows of it. */
const CENTRE = { x: 50, y: 37.5 };
const RADIUS = 24;
const FARTHEST = 1.35; // the pointer of a nose far beyond the dot stays in view

/**
 * The dot to follow, and where the nose points now. The attributes say the same in numbers to whatever reads the page
 * instead of looking at it.
 */
export function stepOverlay({ kind, index, target, pointer, share }: GuidanceStep): SVGTemplateResult {
  return svg`
    <svg class="camera__step" viewBox="0 0 100 75" preserveAspectRatio="xMidYMid slice" aria-hidden="true"
      focusable="false" data-step-kind=${kind} data-step-index=${index} data-target-x=${target?.x ?? nothing}
      data-target-y=${target?.y ?? nothing} data-pointer-x=${pointer?.x ?? nothing}
      data-pointer-y=${pointer?.y ?? nothing}>
      ${kind === "turn" && target !== undefined ? turn(target, pointer, share) : nothing}
    </svg>`;
}

function turn(target: DotPlace, pointer: DotPlace | undefined, share: number): SVGTemplateResult {
  const dot = place(target);
  const nose = place(within(pointer ?? { x: 0, y: 0 }));
  return svg`
    <line class="camera__way" x1=${nose.x} y1=${nose.y} x2=${dot.x} y2=${dot.y}/>
    <circle class="camera__dot" cx=${dot.x} cy=${dot.y} r="3.4"/>
    <circle class="camera__dot-done" cx=${dot.x} cy=${dot.y} r="3.4" pathLength="100"
      stroke-dasharray="${Math.round(share * 100)} 100"/>
    <circle class="camera__nose" cx=${nose.x} cy=${nose.y} r="1.9"/>`;
}

function place({ x, y }: DotPlace): DotPlace {
  return { x: CENTRE.x + RADIUS * x, y: CENTRE.y + RADIUS * y };
}

function within({ x, y }: DotPlace): DotPlace {
  const far = Math.hypot(x, y);
  return far <= FARTHEST ? { x, y } : { x: (x / far) * FARTHEST, y: (y / far) * FARTHEST };
}
