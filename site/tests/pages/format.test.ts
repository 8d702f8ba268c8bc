import { describe, expect, test } from "vitest";

import { outcomeWords, qualityLines } from "../../components/wording/account";
import { consentBlocks } from "../../components/wording/consent-text";
import { suggestDeviceName } from "../../components/wording/device-name";
import { count, duration, loaded } from "../../components/wording/format";

describe("figures", () => {
  test("megabytes are those of a file manager, with one digit", () => {
    expect(loaded({ loadedBytes: 2_345_678, totalBytes: 7_100_000 })).toBe("2.3 of 7.1 MB");
  });

  test.each([
    [0, "1 second"],
    [1, "1 second"],
    [60, "60 seconds"],
    [91, "2 minutes"],
    [3600, "60 minutes"],
    [7201, "3 hours"],
  ])("%d s is never rounded down: %s", (seconds, words) => {
    expect(duration(seconds)).toBe(words);
  });

  test("one is singular", () => {
    expect([count(0, "device"), count(1, "device"), count(2, "device")]).toEqual([
      "0 devices",
      "1 device",
      "2 devices",
    ]);
  });
});

describe("the name of a device", () => {
  test.each([
    ["Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36", "Chrome on Linux"],
    [
      "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
      "Edge on Windows",
    ],
    ["Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0", "Firefox on Linux"],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1",
      "Safari on iPhone",
    ],
    [
      "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
      "Chrome on Android",
    ],
    ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/19.0 Safari/605.1.15", "Safari on Mac"],
    ["curl/8", "Browser"],
  ])("%s", (userAgent, name) => {
    expect(suggestDeviceName(userAgent)).toBe(name);
  });
});

describe("the consent text", () => {
  const TEXT =
    "# What for\n\nWe store\nthese:\n- a number\n- a key that\n  never leaves\n\nEnd it any time.\r\n\r\nBye.";

  test("is broken into blocks", () => {
    expect(consentBlocks(TEXT)).toEqual([
      { kind: "heading", text: "What for" },
      { kind: "paragraph", text: "We store these:" },
      { kind: "list", items: ["a number", "a key that never leaves"] },
      { kind: "paragraph", text: "End it any time." },
      { kind: "paragraph", text: "Bye." },
    ]);
  });

  test("keeps every word in its order: consent is given to exactly this text", () => {
    const words = consentBlocks(TEXT).flatMap((block) =>
      block.kind === "list" ? block.items : [block.text],
    );

    expect(words.join(" ")).toBe(
      "What for We store these: a number a key that never leaves End it any time. Bye.",
    );
  });

  test("of nothing is nothing", () => {
    expect(consentBlocks(" \n \n")).toEqual([]);
  });
});

describe("what is held, in words", () => {
  test("figures get a name and a unit", () => {
    expect(qualityLines({ detection_score: 0.984, inter_ocular_px: 96.4, roll_deg: -2.2 })).toEqual([
      { name: "Certainty that it is a face", value: "98 %" },
      { name: "Distance between the eyes", value: "96 pixels" },
      { name: "Tilt of the head", value: "2°" },
    ]);
  });

  test("what a newer service measures is shown, not hidden", () => {
    expect(qualityLines({ eye_glare: 0.5 })).toEqual([{ name: "eye glare", value: "0.5" }]);
    expect(outcomeWords("step-up")).toBe("Step up");
  });
});
