// The first product's SDK rule (B1), timed inside one process. In: a line of JSON {probe, templates, light}, then a line with
// a number of iterations for every measurement wanted. Out: for each a line, "nanoseconds-per-decision accepted".
import { createInterface } from "node:readline";

const BAR = 0.45;
const SHARE = 0.6;

function distance(first, second) {
  let sum = 0;
  for (let i = 0; i < first.length; i += 1) {
    const apart = first[i] - second[i];
    sum += apart * apart;
  }
  return Math.sqrt(sum);
}

function accepts(probe, templates, light) {
  const bar = light < 0.4 ? Math.max(0.35, BAR - 0.05) : light > 0.8 ? BAR + 0.02 : BAR;
  let best = -Infinity;
  let enough = 0;
  for (const template of templates) {
    const similarity = 1 - distance(probe, template);
    best = Math.max(best, similarity);
    if (similarity >= bar) enough += 1;
  }
  return best >= BAR || enough >= SHARE * templates.length;
}

let given;
for await (const line of createInterface({ input: process.stdin })) {
  if (given === undefined) {
    const { probe, templates, light } = JSON.parse(line);
    given = {
      probe: Float32Array.from(probe),
      templates: templates.map((one) => Float32Array.from(one)),
      light,
    };
    continue;
  }
  const iterations = Number(line);
  let accepted = 0;
  const started = process.hrtime.bigint();
  for (let i = 0; i < iterations; i += 1) {
    given.probe[0] += i % 2 ? 1e-6 : -1e-6; // so that no iteration can be taken for the one before it
    accepted += accepts(given.probe, given.templates, given.light) ? 1 : 0;
  }
  const took = Number(process.hrtime.bigint() - started);
  process.stdout.write(`${took / iterations} ${accepted / iterations}\n`);
}
