import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { differences } from "../../differential/answer.ts";
import { byEntry, entryOf, withoutEntry } from "../../differential/batch.ts";
import { NoAnswer } from "../../differential/no-answer.ts";
import { sequences } from "../../differential/sequence.ts";
import { closeSide, openSide, World } from "../../differential/world.ts";

describe("differences", () => {
  test("none between equal values, nor between nothing and an empty list or map", () => {
    expect(differences({ a: [1, "x"] }, { a: [1, "x"] })).toEqual([]);
    expect(differences({ a: [], b: {} }, {})).toEqual([]);
  });

  test("are named by their path, each once", () => {
    expect(differences({ a: [{ b: 1 }, { b: 2 }] }, { a: [{ b: 3 }, { b: 4 }] })).toEqual([".a[].b"]);
    expect(differences({ a: [1] }, { a: [1, 2] })).toEqual([".a.length"]);
    expect(differences({ a: 1 }, {})).toEqual([".a"]);
  });
});

describe("batches", () => {
  test("are compared by the ids of their entries", () => {
    const first = byEntry({ Successful: [{ Id: "e0" }, { Id: "e1" }], Failed: [] });
    const second = byEntry({ Successful: [{ Id: "e1" }, { Id: "e0" }] });
    expect(second).toEqual(first);
    expect(byEntry({ Failed: [{ Id: "e0" }] })).toEqual({ e0: { failed: {} } });
  });

  test("a path names its entry", () => {
    expect(entryOf(".ok.e12.failed.Code")).toBe(12);
    expect(entryOf(".ok.Failed")).toBeUndefined();
    expect(withoutEntry(".ok.e12.failed.Code")).toBe(".ok.[].failed.Code");
  });
});

describe("a side's answers", () => {
  const inWorld = async (run: (world: World) => Promise<void>) => {
    const side = openSide("side", "http://127.0.0.1:1");
    try {
      await run(new World(side, "d1-"));
    } finally {
      closeSide(side);
    }
  };

  test("an error of the service is an answer, by its code or its status", () =>
    inWorld(async (world) => {
      const failed = (name: string) =>
        world.call(() =>
          Promise.reject(
            Object.assign(new Error("no"), { name, $fault: "client", $metadata: { httpStatusCode: 304 } }),
          ),
        );
      expect(await failed("QueueDoesNotExist")).toEqual({ error: "QueueDoesNotExist" });
      expect(await failed("Unknown")).toEqual({ error: "status 304" });
    }));

  test("a timeout, or a connection that is refused, is none", () =>
    inWorld(async (world) => {
      const timeout = Object.assign(new Error("slow"), { name: "TimeoutError", $metadata: { attempts: 1 } });
      await expect(world.call(() => Promise.reject(timeout))).rejects.toThrow(NoAnswer);
      await expect(world.call(() => Promise.reject(new Error("ECONNREFUSED")))).rejects.toThrow(/side did not answer/);
    }));

  test("ids become the place where they first appeared, names lose their prefix", () =>
    inWorld(async (world) => {
      world.place = 3;
      const id = "11111111-2222-3333-4444-555555555555";
      expect(world.clean({ MessageId: id, Name: "d1-work" })).toEqual({ MessageId: "#3.MessageId", Name: "~work" });
      world.place = 4;
      expect(world.clean([{ MessageId: id, SentTimestamp: "1" }])).toEqual([
        { MessageId: "#3.MessageId", SentTimestamp: "time" },
      ]);
    }));

  test("JSON is compared by what it says; the host of a URL is not", () =>
    inWorld(async (world) => {
      const spaced = world.clean({ Policy: '{"a": 1,\n "b": [2]}', Location: "http://one:1/bucket/key" });
      expect(spaced).toEqual(world.clean({ Policy: '{"b":[2],"a":1}', Location: "https://bucket.two/key" }));
    }));
});

test("a request is wrong in one respect at most", () => {
  fc.assert(
    fc.property(sequences, ({ steps }) => {
      for (const step of steps) {
        const messages =
          step.kind === "sqs.sendBatch" ? step.drafts : step.kind === "sns.publishBatch" ? step.publications : [];
        const wrong = messages.filter(({ fault }) => fault !== undefined).length;
        const isOdd = (step.kind === "sqs.sendBatch" || step.kind === "sns.publishBatch") && step.ids !== "distinct";
        expect(wrong + (isOdd ? 1 : 0)).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: 300 },
  );
});
