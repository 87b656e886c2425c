import fc from "fast-check";
import { mostly, step as stepOf } from "../steps.ts";
import type { Condition, S3Operation } from "./operation.ts";

const KEYS = ["a", "b", "dir/a", "dir/b", "dir/sub/c", "dir", "ü/☃ %+&", "z 1"] as const;
const BODIES = ["", "x", "hello", "a longer body of some forty characters...", "☃"] as const;

/** Steps on the given bucket. */
export function s3Steps(bucket: string): fc.Arbitrary<S3Operation> {
  const step = stepOf<S3Operation>();
  const any = mostly(40, fc.constant(bucket), fc.constant("absent"));
  const key = fc.constantFrom(...KEYS);
  const body = fc.constantFrom(...BODIES);
  const upload = fc.nat({ max: 3 });
  const readCondition = mostly(
    3,
    fc.constant<Condition>("none"),
    fc.constantFrom<Condition>(
      "ifMatchRight",
      "ifMatchWrong",
      "ifNoneMatchRight",
      "ifNoneMatchWrong",
      "ifNoneMatchAny",
    ),
  );
  return fc.oneof(
    {
      weight: 20,
      arbitrary: step("s3.put", {
        bucket: any,
        key,
        body,
        type: fc.constantFrom("text/plain", "application/json"),
        metadata: fc.constantFrom<Record<string, string>>({}, { a: "1" }, { "mixed-case": "Value", b: "two words" }),
        condition: mostly(
          4,
          fc.constant<Condition>("none"),
          fc.constantFrom<Condition>("ifNoneMatchAny", "ifMatchRight", "ifMatchWrong"),
        ),
      }),
    },
    {
      weight: 16,
      arbitrary: step("s3.get", {
        bucket: any,
        key,
        range: mostly(
          1,
          fc.constant(""),
          fc.constantFrom(
            "bytes=0-0",
            "bytes=1-3",
            "bytes=2-",
            "bytes=-2",
            "bytes=100-200",
            "bytes=3-1",
            "bytes=0-1,3-4",
            "nonsense",
          ),
        ),
        condition: readCondition,
      }),
    },
    { weight: 8, arbitrary: step("s3.head", { bucket: any, key, condition: readCondition }) },
    { weight: 6, arbitrary: step("s3.delete", { bucket: any, key }) },
    {
      weight: 3,
      arbitrary: step("s3.deleteMany", {
        bucket: any,
        keys: fc.uniqueArray(key, { minLength: 1, maxLength: 4 }),
        quiet: fc.boolean(),
      }),
    },
    {
      weight: 14,
      arbitrary: step("s3.list", {
        bucket: any,
        prefix: fc.constantFrom("", "dir", "dir/", "none"),
        delimiter: fc.constantFrom("", "/"),
        maximum: fc.constantFrom(1_000, 1, 2, 3, 0),
        startAfter: fc.constantFrom("", "b", "dir/a", "dir/"),
      }),
    },
    { weight: 6, arbitrary: step("s3.copy", { bucket: any, from: key, to: key, replace: fc.boolean() }) },
    { weight: 4, arbitrary: step("s3.begin", { bucket: any, key: fc.constant("big") }) },
    {
      weight: 8,
      arbitrary: step("s3.part", {
        bucket: any,
        key: fc.constant("big"),
        upload,
        part: mostly(15, fc.integer({ min: 1, max: 3 }), fc.constantFrom(0, 10_001)),
        body,
      }),
    },
    { weight: 3, arbitrary: step("s3.listParts", { bucket: any, key: fc.constant("big"), upload }) },
    {
      weight: 4,
      arbitrary: step("s3.complete", {
        bucket: any,
        key: fc.constant("big"),
        upload,
        parts: mostly(
          1,
          fc.constant("all" as const),
          fc.constantFrom<"all" | "none" | "wrongTag" | "missing" | "unsorted">(
            "none",
            "wrongTag",
            "missing",
            "unsorted",
          ),
        ),
      }),
    },
    { weight: 2, arbitrary: step("s3.abort", { bucket: any, key: fc.constant("big"), upload }) },
    { weight: 1, arbitrary: step("s3.headBucket", { bucket: any }) },
    { weight: 1, arbitrary: step("s3.createBucket", { bucket: fc.constantFrom(bucket, "new", "Bad_Name") }) },
    { weight: 1, arbitrary: step("s3.deleteBucket", { bucket: any }) },
  );
}
