import { html, svg, type TemplateResult } from "lit";

const BAR = 2;
const HALF = 24;

/** Descriptors by their template's id, in the page's memory and nowhere else. */
export type Vectors = ReadonlyMap<string, readonly number[]>;

/** Reads the descriptors out of an export; `null` where it withholds them. */
export function vectorsOf(exported: string): Vectors | null {
  const { templates } = JSON.parse(exported) as {
    templates: readonly { id: string; descriptor: readonly number[] | null }[];
  };
  const vectors = new Map<string, readonly number[]>();
  for (const { id, descriptor } of templates) {
    if (descriptor === null) return null;
    vectors.set(id, descriptor);
  }
  return vectors;
}

/** The 128 numbers of a template as bars around a line: what is held, as it is. */
export function vectorFigure(name: string, vector: readonly number[]): TemplateResult {
  const largest = Math.max(...vector.map(Math.abs), 1e-9);
  return html`
    <figure class="chart">
      <svg
        viewBox="0 0 ${vector.length * BAR} ${HALF * 2}"
        preserveAspectRatio="none"
        role="img"
        aria-label="The ${vector.length} numbers of ${name}, the largest ${largest.toFixed(2)}"
      >
        ${vector.map((number, index) => {
          const height = (HALF * Math.abs(number)) / largest;
          return svg`<rect class="chart__in" x=${index * BAR + 0.25} width=${BAR - 0.5}
            y=${number > 0 ? HALF - height : HALF} height=${height}></rect>`;
        })}
        <line class="chart__line" x1="0" x2=${vector.length * BAR} y1=${HALF} y2=${HALF}></line>
      </svg>
      <figcaption class="muted small">All ${vector.length} numbers. This is what is compared.</figcaption>
    </figure>
  `;
}
