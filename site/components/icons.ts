import { svg, type SVGTemplateResult } from "lit";

const frame = (content: SVGTemplateResult): SVGTemplateResult => svg`
  <svg class="icon" viewBox="0 0 24 24" width="32" height="32" fill="none" stroke="currentColor" stroke-width="1.75"
    stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${content}</svg>`;

const CAMERA = svg`<path d="M3 8.5a2 2 0 0 1 2-2h9a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z"/>
  <path d="m16 10.5 5-3v9l-5-3"/>`;

/** Decorative: the words beside an icon say all of it. */
export const icons = {
  camera: frame(CAMERA),
  "camera-off": frame(svg`${CAMERA}<path d="m3 3.5 17 17"/>`),
  done: frame(svg`<circle cx="12" cy="12" r="8.5"/><path d="m8.2 12.3 2.6 2.6 5-5.4"/>`),
  pause: frame(svg`<circle cx="12" cy="12" r="8.5"/><path d="M10 9v6M14 9v6"/>`),
  caution: frame(svg`<circle cx="12" cy="12" r="8.5"/><path d="M12 8v4.5M12 15.7v.1"/>`),
  mail: frame(svg`<rect x="3" y="5.5" width="18" height="13" rx="2"/><path d="m4 7.5 8 6 8-6"/>`),
  load: frame(svg`<path d="M12 4v10m0 0 4-4m-4 4-4-4M5 19h14"/>`),
} as const;
