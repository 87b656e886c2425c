import { describe, expect, test } from "vitest";
import { callUser, callUserSync, describeError, PermanentError, RetryError } from "../../../lib/errors/index.ts";

const unreadable = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

describe("a function of the user", () => {
  test("returns what it returns, at once or later", async () => {
    expect(callUser("E.schema", () => 5)).toBe(5);
    await expect(callUser("E.schema", async () => 5)).resolves.toBe(5);
    expect(callUserSync("E.group", () => undefined)).toBe(undefined);
  });

  test.each([new TypeError("s3cret"), "s3cret", undefined, null, { deep: "s3cret" }, 5n, Symbol("s")])(
    "that throws %o fails for good, under its name and without the message",
    async (thrown) => {
      const failing = () => {
        throw thrown;
      };
      const expected = expect.objectContaining({ code: "CallbackFailed", field: "E.schema", cause: thrown });
      expect(() => callUser("E.schema", failing)).toThrow(expected);
      const rejected = callUser("E.schema", async () => failing());
      await expect(rejected).rejects.toEqual(expected);
      await expect(rejected).rejects.not.toThrow("s3cret");
    },
  );

  test.each([new PermanentError("no such tenant"), new RetryError("not now", { after: 5 })])(
    "may ask for %s itself",
    async (thrown) => {
      const failing = () => {
        throw thrown;
      };
      expect(() => callUserSync("codec", failing)).toThrow(thrown);
      await expect(callUser("codec", async () => failing())).rejects.toBe(thrown);
    },
  );

  test("that must not be async is refused if it is, and its rejection ends no process", async () => {
    const rejecting = async () => {
      throw new Error("later");
    };
    expect(() => callUserSync("E.group", rejecting)).toThrow(
      expect.objectContaining({
        code: "CallbackFailed",
        field: "E.group",
        message: expect.stringContaining("promise"),
      }),
    );
    await new Promise((resolve) => setImmediate(resolve));
  });
});

describe("what was thrown", () => {
  test.each([
    ["text", "something that is not an Error was thrown: text"],
    [undefined, "something that is not an Error was thrown: undefined"],
  ])("%o is described", (thrown, message) => {
    expect(describeError(thrown)).toEqual({ name: "NonError", message });
  });

  test("a value that cannot be read is described too, and fails a function of the user like any other", () => {
    expect(describeError(unreadable())).toEqual({
      name: "NonError",
      message: "something that cannot be read was thrown",
    });
    const failing = () => {
      throw unreadable();
    };
    expect(() => callUserSync("E.group", failing)).toThrow(expect.objectContaining({ code: "CallbackFailed" }));
  });
});
