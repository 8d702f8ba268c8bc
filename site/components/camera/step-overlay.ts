import { nothing, svg, type SVGTemplateResult } from "lit";

import type { DotPlace, GuidanceStep } from "../../sdk";

/** The middle of the outline, and the unit circle, in the outline's viewBox: inside what a narrow screen shows. */
const CENTRE = { x: 50, y: 37.5 };
const RADIUS = 22;
const FARTHEST = 1.2; // the pointer of a nose far beyond the dot stays in view
const OUTLINE = { rx: 21, ry: 28 };
/** How much wider the ring is to lean into: as a step asks for, more or less. */
const CLOSER = 1.22;

/**
 * What a step shows on the picture: a dot and where the nose points now, lids that close, a ring to lean into. The
 * attributes say the same in numbers to whatever reads the page instead of looking at it.
 */
export function stepOverlay(step: GuidanceStep): SVGTemplateResult {
  const { kind, index, target, pointer } = step;
  return svg`
    <svg class="camera__step" viewBox="0 0 100 75" preserveAspectRatio="xMidYMid slice" aria-hidden="true"
      focusable="false" data-step-kind=${kind} data-step-index=${index} data-target-x=${target?.x ?? nothing}
      data-target-y=${target?.y ?? nothing} data-pointer-x=${pointer?.x ?? nothing}
      data-pointer-y=${pointer?.y ?? nothing}>
      ${shapes(step)}
    </svg>`;
}

function shapes({ kind, target, pointer, share }: GuidanceStep): SVGTemplateResult | typeof nothing {
  switch (kind) {
    case "turn":
      return target === undefined ? nothing : dot(target, pointer ?? { x: 0, y: 0 }, share);
    case "look":
      // Only on the way back from a turn: a dot on the nose of whoever looks straight already would be in the way.
      return isAside(pointer) ? dot(target ?? { x: 0, y: 0 }, pointer, 0) : nothing;
    case "close_eyes":
      // Nobody keeps their eyes closed before a picture of closed ones for longer than they have to.
      return share < 1 ? lids(share) : nothing;
    case "closer":
      return ring(share);
    case "view":
      return nothing;
  }
}

function dot(target: DotPlace, pointer: DotPlace, share: number): SVGTemplateResult {
  const to = place(target);
  const nose = place(within(pointer));
  return svg`
    <line class="camera__way" x1=${nose.x} y1=${nose.y} x2=${to.x} y2=${to.y}/>
    <circle class="camera__halo" cx=${to.x} cy=${to.y} r="4.6"/>
    <circle class="camera__dot" cx=${to.x} cy=${to.y} r="2.9"/>
    <circle class="camera__dot-done" cx=${to.x} cy=${to.y} r="4.6" pathLength="100" stroke-dasharray=${done(share)}
      transform="rotate(-90 ${to.x} ${to.y})"/>
    <circle class="camera__nose" cx=${nose.x} cy=${nose.y} r="1.9"/>`;
}

/** Two closed eyes with their lashes, and under each how much of the time is over. */
function lids(share: number): SVGTemplateResult {
  const lid = (x: number): SVGTemplateResult => svg`
    <path class="camera__lid" d="M${x - 5} 31q5 4.6 10 0M${x - 3} 34.2l-.9 1.7M${x} 35.2v1.9M${x + 3} 34.2l.9 1.7"/>`;
  return svg`
    ${lid(41.5)} ${lid(58.5)}
    <path class="camera__wait" d="M36.5 43h27"/>
    <path class="camera__waited" d="M36.5 43h27" pathLength="100" stroke-dasharray=${done(share)}/>`;
}

/** The outline as wide as the face shall become, and how far it has come. */
function ring(share: number): SVGTemplateResult {
  const far = 1 + (CLOSER - 1) * Math.min(1, Math.max(0, share));
  const ellipse = (name: string, scale: number): SVGTemplateResult => svg`
    <ellipse class=${name} cx=${CENTRE.x} cy=${CENTRE.y} rx=${OUTLINE.rx * scale} ry=${OUTLINE.ry * scale}/>`;
  return svg`${ellipse("camera__goal", CLOSER)} ${ellipse("camera__come", far)}`;
}

const done = (share: number): string => `${Math.round(100 * Math.min(1, Math.max(0, share)))} 100`;

const AT_THE_MIDDLE = 0.3;

function isAside(pointer: DotPlace | undefined): pointer is DotPlace {
  return pointer !== undefined && Math.hypot(pointer.x, pointer.y) > AT_THE_MIDDLE;
}

function place({ x, y }: DotPlace): DotPlace {
  return { x: CENTRE.x + RADIUS * x, y: CENTRE.y + RADIUS * y };
}

function within({ x, y }: DotPlace): DotPlace {
  const far = Math.hypot(x, y);
  return far <= FARTHEST ? { x, y } : { x: (x / far) * FARTHEST, y: (y / far) * FARTHEST };
}
