import { afterEach, describe, expect, it, vi } from "vitest";
import { type Contender, interleave } from "../../../bench/harness/index.ts";

let now = 0;

afterEach(() => {
  vi.restoreAllMocks();
});

/** Notes who is measured; its samples count up, and each takes some time. */
function contender(name: string, asked: string[], takesMs = 0): Contender {
  let count = 0;
  return {
    name,
    sample: async () => {
      asked.push(name);
      now += takesMs;
      count += 1;
      return { count };
    },
  };
}

describe("interleave", () => {
  it("measures in turn, each round starting with another one, and counts no warm-ups", async () => {
    const asked: string[] = [];
    const results = await interleave([contender("a", asked), contender("b", asked)], { rounds: 2, warmUps: 1 });
    expect(asked).toEqual(["a", "b", "b", "a", "a", "b"]);
    expect(results.map(({ name, metrics }) => [name, metrics.count?.samples])).toEqual([
      ["a", [2, 3]],
      ["b", [2, 3]],
    ]);
  });

  it("measures after samples that do not count, where that is asked for", async () => {
    const asked: string[] = [];
    const contenders = [contender("a", asked), contender("b", asked)];
    const [first] = await interleave(contenders, { rounds: 1, warmUps: 1, leading: 2 });
    expect(asked.slice(2).join("")).toBe("bbbaaa");
    expect(first?.metrics.count?.samples).toEqual([4]);
  });

  it("stops warming up who has done so for long enough, and measures it all the same", async () => {
    vi.spyOn(performance, "now").mockImplementation(() => now);
    const contenders = [contender("slow", [], 12), contender("fast", [], 3)];
    const [slow, fast] = await interleave(contenders, { rounds: 3, warmUps: 6, warmUpMs: 20 });
    expect(slow?.metrics.count?.samples).toEqual([3, 4, 5]);
    expect(fast?.metrics.count?.samples).toEqual([7, 8, 9]);
  });
});
