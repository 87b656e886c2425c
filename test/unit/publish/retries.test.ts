import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { PublishError } from "../../../lib/publish/index.ts";
import { bench, failing, rejection, type Script, takeAll } from "./support.ts";

/** A whole call that fails as the SDK says it does. */
const throwing = (name: string, fields: object = {}, times = Number.POSITIVE_INFINITY): Script => {
  return (entries, call) => {
    if (call < times) {
      throw Object.assign(new Error(`${name} happened`), { name, ...fields });
    }
    return takeAll(entries);
  };
};

describe("entries that fail", () => {
  it("are sent again, together and only they, after a pause that grows", async () => {
    const { clock, publish, ids } = bench((entries, call) =>
      call < 2 ? failing(entries, ['"o2"', '"o4"'], false) : takeAll(entries),
    );
    clock.chance = 0.999;
    const published = ["o1", "o2", "o3", "o4"].map((id) => publish("Placed", { id }));
    await clock.settle();
    await Promise.all([published[0], published[2]]);
    expect(ids()).toEqual([["o1", "o2", "o3", "o4"]]);
    const first = clock.nextTimerIn ?? 0;
    await clock.advance(first);
    const second = clock.nextTimerIn ?? 0;
    expect(first).toBeGreaterThan(45);
    expect(second).toBeGreaterThan(first * 1.9);
    await clock.advance(second);
    await Promise.all(published);
    expect(ids()).toEqual([
      ["o1", "o2", "o3", "o4"],
      ["o2", "o4"],
      ["o2", "o4"],
    ]);
  });

  it("keep their event id when they are sent again, so that it is the same event", async () => {
    const { clock, publish, calls } = bench((entries, call) =>
      call === 0 ? failing(entries, ["o1"], false) : takeAll(entries),
    );
    const published = publish("Placed", { id: "o1" });
    await clock.runUntil("the second attempt", () => calls.length === 2);
    await published;
    expect(calls[1]?.[0]?.Message).toBe(calls[0]?.[0]?.Message);
  });

  it("reject at once when the sender is at fault, and exactly theirs", async () => {
    const { clock, publish, calls } = bench((entries) => failing(entries, ['"o2"'], true));
    const published = ["o1", "o2", "o3"].map((id) => publish("Placed", { id }, { id: `event-${id}` }));
    const settled = Promise.allSettled(published);
    await clock.settle();
    const [first, second, third] = await settled;
    expect([first?.status, third?.status]).toEqual(["fulfilled", "fulfilled"]);
    expect(calls).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
    expect(second).toMatchObject({
      status: "rejected",
      reason: {
        code: "PublishFailed",
        limit: "1 of 6 attempts",
        message: "Placed event-o2 was not published: InvalidParameter: not now",
      },
    });
  });

  it("reject after the last attempt", async () => {
    const { clock, publish, calls } = bench((entries) => failing(entries, ["o1"], false), { maxAttempts: 3 });
    const rejected = rejection(publish("Placed", { id: "o1" }));
    await clock.runUntil("the last attempt", () => calls.length === 3);
    expect(await rejected).toMatchObject({ code: "PublishFailed", limit: "3 of 3 attempts" });
    await clock.advance(60_000);
    expect(calls).toHaveLength(3);
  });

  it("count as failed when the response does not name them", async () => {
    const { clock, publish, ids } = bench((entries, call) => takeAll(call === 0 ? entries.slice(1) : entries));
    const published = ["o1", "o2"].map((id) => publish("Placed", { id }));
    await clock.runUntil("the second attempt", () => ids().length === 2);
    await Promise.all(published);
    expect(ids()).toEqual([["o1", "o2"], ["o1"]]);
  });
});

describe("calls that fail", () => {
  it.each([
    ["Throttling", { $fault: "client" }],
    ["ThrottledException", { $fault: "client" }],
    ["InternalErrorException", { $fault: "server" }],
    ["KMSThrottlingException", { $fault: "client" }],
    ["AnyError", { $retryable: { throttling: true } }],
    ["TimeoutError", {}],
    ["Error", { code: "ECONNRESET" }],
    ["Error", { code: "EPIPE" }],
    ["Error", { message: "socket hang up" }],
  ])("as %s %j are made again", async (name, fields) => {
    const { clock, publish, ids } = bench(throwing(name, fields, 1));
    const published = ["o1", "o2"].map((id) => publish("Placed", { id }));
    await clock.runUntil("the second attempt", () => ids().flat().length >= 4);
    await Promise.all(published);
    expect(ids().flat().sort()).toEqual(["o1", "o1", "o2", "o2"]);
  });

  it.each([
    ["AuthorizationErrorException", { $fault: "client" }],
    ["NotFoundException", { $fault: "client" }],
    ["KMSAccessDeniedException", { $fault: "client", $metadata: { httpStatusCode: 400 } }],
    ["InvalidParameterException", { $fault: "client", $metadata: { httpStatusCode: 403 } }],
    ["CredentialsProviderError", {}],
  ])("as %s reject each entry at once", async (name, fields) => {
    const { clock, publish, calls } = bench(throwing(name, fields));
    const settled = Promise.allSettled(["o1", "o2"].map((id) => publish("Placed", { id }, { id })));
    await clock.settle();
    expect(await settled).toMatchObject([
      {
        status: "rejected",
        reason: { code: "PublishFailed", entry: { id: "o1" }, message: expect.stringContaining(name) },
      },
      { status: "rejected", reason: { code: "PublishFailed", entry: { id: "o2" } } },
    ]);
    expect(calls).toHaveLength(1);
  });

  it.each(["InvalidParameterException", "ParameterValueInvalid", "BatchRequestTooLong"])(
    "as %s, for one malformed entry, are made again entry by entry",
    async (name) => {
      const { publish, clock, ids } = bench((entries) => {
        if (entries.some((entry) => entry.Message?.includes('"id":"o2"'))) {
          throw Object.assign(new Error("no"), { name, $fault: "client", $metadata: { httpStatusCode: 400 } });
        }
        return takeAll(entries);
      });
      const settled = Promise.allSettled(["o1", "o2", "o3"].map((id) => publish("Placed", { id }, { id })));
      await clock.settle();
      expect((await settled).map((each) => each.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
      expect(ids()).toEqual([["o1", "o2", "o3"], ["o1"], ["o2"], ["o3"]]);
    },
  );

  it("reject only their own entries", async () => {
    const { clock, publish } = bench((entries, call) => {
      if (call === 0) {
        throw Object.assign(new Error("no"), { name: "AuthorizationErrorException", $fault: "client" });
      }
      return takeAll(entries);
    });
    const settled = Promise.allSettled(Array.from({ length: 20 }, (_, at) => publish("Placed", { id: `o${at}` })));
    await clock.settle();
    const statuses = (await settled).map((each) => each.status);
    expect(statuses).toEqual([...Array(10).fill("rejected"), ...Array(10).fill("fulfilled")]);
  });
});

describe("PublishError", () => {
  it("holds the event, where neither JSON nor inspect shows it", async () => {
    const { clock, publish } = bench((entries) => failing(entries, ["o1"], true));
    const data = { id: "o1", text: "s3cret" };
    const rejected = rejection(publish("Placed", data, { id: "event-1" }));
    await clock.settle();
    const error = await rejected;
    expect(error).toBeInstanceOf(PublishError);
    expect(error).toMatchObject({ entry: { event: "Placed", id: "event-1", data } });
    expect(Object.keys(error)).not.toContain("entry");
    for (const shown of [JSON.stringify(error), inspect(error, { depth: 10 }), String(error), error.stack ?? ""]) {
      expect(shown).not.toContain("s3cret");
    }
  });

  it("shows no data when that does not match the schema, in its cause neither", async () => {
    const { publish } = bench();
    // @ts-expect-error wrong on purpose
    const error = await rejection(publish("Placed", { id: { deep: "s3cret" }, text: "s3cret" }));
    expect(error).toMatchObject({ code: "SchemaMismatch", field: "Placed.id", entry: { event: "Placed" } });
    expect(inspect(error, { depth: 10 })).not.toContain("s3cret");
  });
});
