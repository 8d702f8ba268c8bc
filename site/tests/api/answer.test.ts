import { describe, expect, test } from "vitest";

import { Answer } from "../../sdk/api/answer";

describe("reading an answer", () => {
  const answer = new Answer({
    name: "x",
    count: 3,
    nothing: null,
    at: 1_795_000_000,
    iso: "2026-11-23T17:00:00Z",
    half: 0.5,
    items: [{ id: "a" }],
    measures: { a: 1, c: 0.5 },
    mixed: { a: 1, b: "2" },
    amr: ["face", "swk"],
  });

  test("dates come as seconds since the epoch", () => {
    expect(answer.date("at").getTime()).toBe(1_795_000_000_000);
  });

  test("lists, objects and numbers are read by name", () => {
    expect(answer.list("items", (item) => item.string("id"))).toEqual(["a"]);
    expect(answer.numbers("measures")).toEqual({ a: 1, c: 0.5 });
    expect(answer.strings("amr")).toEqual(["face", "swk"]);
    expect(["nothing", "missing", "name"].map((name) => answer.has(name))).toEqual([false, false, true]);
  });

  test.each([
    ["string", () => answer.string("count")],
    ["integer", () => answer.integer("half")],
    ["numbers", () => answer.numbers("mixed")],
    ["boolean", () => answer.boolean("name")],
    ["date", () => answer.date("iso")],
    ["date that is null", () => answer.date("nothing")],
    ["object", () => answer.object("items")],
    ["list", () => answer.list("mixed", () => 0)],
    ["strings", () => answer.strings("items")],
    ["oneOf", () => answer.oneOf("name", ["y"])],
    ["missing", () => answer.string("missing")],
    ["no object at all", () => new Answer("text")],
  ])("a wrong %s is an unexpected answer that quotes nothing", (_kind, read) => {
    expect(read).toThrow(expect.objectContaining({ name: "NetworkError", kind: "unexpected-answer" }));
    expect(read).toThrow(/^network: unexpected-answer$/);
  });
});
