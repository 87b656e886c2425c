import { describe, expect, test } from "vitest";
import { errorFields } from "../../../../lib/consume/record/index.ts";
import { FanfareError } from "../../../../lib/errors/index.ts";

type Fields = Readonly<Record<string, unknown>>;

/** How many causes of causes the fields of an error name. */
function causesIn({ cause }: Fields): number {
  return cause === undefined ? 0 : 1 + causesIn(cause as Fields);
}

/** How deep lists of errors are nested in the fields of an error. */
function listsIn({ errors }: Fields): number {
  return errors === undefined ? 0 : 1 + listsIn((errors as Fields[])[0] ?? {});
}

function nestedIn(levels: number, wrap: (inner: Error) => Error): Error {
  return levels === 0 ? new Error("innermost") : wrap(nestedIn(levels - 1, wrap));
}

/** The error of a function of the user that threw. */
const callbackFailed = (cause: unknown) => new FanfareError("CallbackFailed", "Placed.schema threw Error", { cause });

describe("the log fields of an error", () => {
  test("are its name, message and stack, and nothing that it does not have", () => {
    expect(Object.keys(errorFields(new TypeError("no")))).toEqual(["name", "message", "stack"]);
  });

  test("of an error of Fanfare have its code, and no stack", () => {
    expect(errorFields(new FanfareError("StoreUnavailable", "gone"))).toStrictEqual({
      name: "StoreUnavailable",
      message: "gone",
    });
  });

  test.each<[string, unknown]>([
    ["text", "no"],
    ["null", null],
    ["undefined", undefined],
  ])("of %s that was thrown are a name and a message", (_, thrown) => {
    expect(errorFields(thrown)).toStrictEqual({ name: "NonError", message: expect.stringContaining(String(thrown)) });
  });

  test.each([
    [1, 1],
    [5, 5],
    [6, 5],
    [20, 5],
  ])("of an error with %i causes of causes name %i", (levels, named) => {
    expect(causesIn(errorFields(nestedIn(levels, (cause) => new Error("outer", { cause }))))).toBe(named);
  });

  test("of an error that is its own cause end after five", () => {
    const error = new Error("no");
    error.cause = error;
    expect(causesIn(errorFields(error))).toBe(5);
  });

  test("of errors of several errors have five lists inside each other, and five errors of each", () => {
    const nested = errorFields(nestedIn(20, (inner) => new AggregateError([inner], "outer")));
    expect(listsIn(nested)).toBe(5);
    const many = Array.from({ length: 9 }, (_, at) => new Error(`part ${at}`));
    expect(errorFields(new AggregateError(many, "several")).errors).toMatchObject(
      [0, 1, 2, 3, 4].map((at) => ({ message: `part ${at}` })),
    );
  });
});

describe("of what a function of the user threw, the log fields", () => {
  test("have the lines of its stack that name places, and none of its message", () => {
    const cause = new RangeError("s3cret    at home\nsent by s3cret");
    const { cause: fields } = errorFields(callbackFailed(cause)) as { cause: { name: string; stack: string } };
    expect(fields.name).toBe("RangeError");
    const places = fields.stack.split("\n");
    expect(places.length).toBeGreaterThan(1);
    expect(places.filter((line) => !line.startsWith("    at "))).toEqual([]);
    expect(places[0]).toContain("error-fields.test.ts");
    expect(JSON.stringify(fields)).not.toContain("s3cret");
  });

  test("have no line of its message that looks like a place, nor a stack that has another message", () => {
    const looking = new Error("bad\n    at s3cret place");
    const changed = ["changed", "bad", ""].map((message) =>
      Object.assign(new Error("bad\n    at s3cret place"), { message }),
    );
    expect(JSON.stringify(errorFields(callbackFailed(looking)))).toContain("error-fields.test.ts");
    expect(JSON.stringify([looking, ...changed].map((each) => errorFields(callbackFailed(each))))).not.toContain(
      "s3cret",
    );
  });

  test("have its places where its message is empty", () => {
    expect(JSON.stringify(errorFields(callbackFailed(new Error(""))))).toContain("error-fields.test.ts");
  });

  test("have no place where it has none", () => {
    expect(errorFields(callbackFailed("s3cret")).cause).toEqual({ name: "NonError", stack: "" });
  });
});
