import { test } from "vitest";
import { runCeremony, ScriptedScript, VIEWS, LOOK, CLOSE_EYES, turn } from "./support/scripted";
function tell(guidance: any[]) {
  let last=""; let n=0;
  for (const [i,g] of guidance.entries()) { const w=`${g.state} ${g.step?.kind??"-"} ${g.step?.index??""} `; if (w!==last) { console.log(i, w, g.step?.target?JSON.stringify(g.step.target):"", g.progress.toFixed(2), `${g.taken}/${g.wanted}`);} last=w; }
}
test("probe", async () => {
  const guidance: any[] = [];
  try { const r = await runCeremony({guidance}); console.log(r.source.timeMs, JSON.stringify({...r.capture, descriptors:r.capture.descriptors.length, quality:0, turned: r.capture.turned.length, series:{...r.capture.series, points:0, signals:0, times_ms: 0}}), JSON.stringify(r.capture).length); }
  finally { tell(guidance); }
});
test("enrol", async () => {
  const guidance: any[] = [];
  const look={...LOOK, capture:false};
  try { const r = await runCeremony({guidance, purpose:"enrolment", script: new ScriptedScript([[look, turn(16,0,true)],[turn(0,22), CLOSE_EYES, look, ...VIEWS]])}); console.log(r.source.timeMs, r.capture.moments, r.capture.series.steps, JSON.stringify(r.capture).length); }
  finally { tell(guidance); }
});
test("noturn", async () => {
  const guidance: any[] = [];
  try { const r = await runCeremony({guidance, profile:"no-head-turn", script: new ScriptedScript([[LOOK, {kind:"closer",scale:1.35,capture:false}, CLOSE_EYES, LOOK],[CLOSE_EYES, {kind:"closer",scale:1.35,capture:false}, CLOSE_EYES, LOOK]])}); console.log(r.source.timeMs, r.capture.moments, r.capture.series.steps, JSON.stringify(r.capture).length); }
  finally { tell(guidance); }
});
