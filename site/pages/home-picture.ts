import { svg, type SVGTemplateResult } from "lit";

/** Points of a drawn face: brows, eyes, nose, mouth. Nobody's, placed by hand. */
const POINTS: readonly (readonly [x: number, y: number])[] = [
  ...mirrored([
    [138, 118],
    [150, 111],
    [164, 110],
    [178, 115],
    [146, 136],
    [155, 130],
    [167, 130],
    [175, 137],
    [166, 141],
    [154, 141],
    [187, 180],
    [168, 208],
    [184, 202],
    [183, 217],
  ]),
  [200, 138],
  [200, 152],
  [200, 166],
  [200, 183],
  [200, 204],
  [200, 221],
];

/** A face as the service knows it: points and numbers, no picture. */
export function homePicture(): SVGTemplateResult {
  return svg`
    <svg class="hero__picture" viewBox="0 0 400 340" role="img" aria-label="A face, drawn as points inside a camera frame">
      <rect class="hero__ground" x="40" y="12" width="320" height="316" rx="28"/>
      <path class="hero__corner" d="M72 84V60a16 16 0 0 1 16-16h24M288 44h24a16 16 0 0 1 16 16v24M328 256v24a16 16 0 0 1-16 16h-24M112 296H88a16 16 0 0 1-16-16v-24"/>
      <path class="hero__face" d="M122 140c0-52 32-84 78-84s78 32 78 84c0 66-38 124-78 124s-78-58-78-124z"/>
      ${POINTS.map(([x, y]) => svg`<circle class="hero__point" cx=${x} cy=${y} r="3.2"/>`)}
    </svg>`;
}

function mirrored(points: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  return points.flatMap(([x, y]) => [[x, y] as const, [400 - x, y] as const]);
}
