import { describe, expect, test } from "vitest";

import { Answer } from "../../sdk/api/answer";

describe("reading an answer", () => {
  const answer = new Answer({
    name: "x",
    count: 3,
    nothing: null,
    at: 1_795_000_000,
    iso: "2026-11-23T17:00:00Z",
    items: [{ id: "a" }],
    mixed: { a: 1, b: "2", c: 0.5 },
    amr: ["face", "swk"],
  });

  test("dates come as seconds or as ISO 8601", () => {
    expect(answer.date("at").getTime()).toBe(1_795_000_000_000);
    expect(answer.date("iso").toISOString()).toBe("2026-11-23T17:00:00.000Z");
    expect(answer.dateOrNull("nothing")).toBeNull();
  });

  test("lists, objects and numbers are read by name", () => {
    expect(answer.list("items", (item) => item.string("id"))).toEqual(["a"]);
    expect(answer.object("mixed").numbers()).toEqual({ a: 1, c: 0.5 });
    expect(answer.strings("amr")).toEqual(["face", "swk"]);
    expect(answer.text("nothing")).toBe("");
  });

  test.each([
    ["string", () => answer.string("count")],
    ["number", () => answer.number("name")],
    ["boolean", () => answer.boolean("name")],
    ["date", () => answer.date("name")],
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
