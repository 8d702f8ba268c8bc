import { expect, test } from "vitest";

import {
  CLOSE_EYES,
  LOOK,
  ScriptedScript,
  ScriptedSource,
  descriptionOf,
  descriptorOf,
  runCeremony,
  texturedFrame,
  turn,
} from "../support/scripted";

const AT_REST = { yawDeg: 0, pitchDeg: 0, lids: 1 };
const STEP_MS = 1_500;

test("whoever only sits there is through by the clock, with everything the server wants to judge", async () => {
  const source = new ScriptedSource();
  const { capture } = await runCeremony({
    source,
    script: new ScriptedScript([
      [LOOK, turn(16, 0, true)],
      [turn(0, 19), LOOK, CLOSE_EYES],
    ]),
    bend: (bearing) => ({ ...bearing, ...AT_REST }),
    stepMs: STEP_MS,
  });

  expect(capture.series.steps).toHaveLength(5);
  expect(capture.descriptors.length).toBeGreaterThanOrEqual(3);
  expect(capture.turned).toHaveLength(1);
});

test("whoever only sits there gets through nothing where the steps are to be followed", async () => {
  const ceremony = runCeremony({ bend: (bearing) => ({ ...bearing, ...AT_REST }) });

  await expect(ceremony).rejects.toMatchObject({ name: "CeremonyError" });
});

test("a face that no guidance would be content with is sent by the clock, so that it is judged", async () => {
  const noise = texturedFrame();
  const dark = { ...noise, data: noise.data.map((value, index) => (index % 4 === 3 ? value : value * 0.2)) };

  const { capture, guidance } = await runCeremony({
    source: new ScriptedSource([], dark),
    bend: (bearing) => ({ ...bearing, ...AT_REST }),
    stepMs: STEP_MS,
  });

  expect(guidance[0]?.state).toBe("too-dark");
  expect(capture.series.steps).toHaveLength(5);
});

test("faces that differ are sent by the clock, so that the server says so", async () => {
  let described = 0;

  const { capture } = await runCeremony({
    bend: (bearing) => ({ ...bearing, ...AT_REST }),
    stepMs: STEP_MS,
    engine: {
      describe: async () => {
        described += 1;
        return Promise.resolve(descriptionOf(descriptorOf(described % 2, described)));
      },
    },
  });

  expect(capture.descriptors.length).toBeGreaterThanOrEqual(3);
});
