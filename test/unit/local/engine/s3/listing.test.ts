import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareUtf8 } from "../../../../../lib/local/engine/s3/sorted-keys.ts";
import { errorOf, HERE, S3Fixture } from "./fixture.ts";

function bucketWith(...keys: readonly string[]): S3Fixture {
  const fixture = new S3Fixture();
  for (const key of keys) {
    fixture.put(key);
  }
  return fixture;
}

/** All pages, as the sequence of keys and common prefixes. */
function walk(fixture: S3Fixture, input: { Prefix?: string; Delimiter?: string; MaxKeys: number }) {
  const keys: string[] = [];
  const prefixes: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = fixture.list({ ...input, ContinuationToken });
    expect(page.KeyCount).toBeLessThanOrEqual(input.MaxKeys);
    keys.push(...(page.Contents ?? []).map((object) => object.Key ?? ""));
    prefixes.push(...(page.CommonPrefixes ?? []).map((prefix) => prefix.Prefix ?? ""));
    expect(page.IsTruncated).toBe(page.NextContinuationToken !== undefined);
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return { keys, prefixes };
}

describe("ListObjectsV2", () => {
  test("answers keys in the order of their UTF-8 bytes", () => {
    const keys = ["b", "a", "A", "😀", "\uffee", "ä", "a/b", "a0"];
    const expected = [...keys].sort((first, second) => Buffer.compare(Buffer.from(first), Buffer.from(second)));
    expect(bucketWith(...keys).keys()).toEqual(expected);
    expect(expected.indexOf("\uffee")).toBeLessThan(expected.indexOf("😀"));
  });

  test("describes objects", () => {
    const fixture = bucketWith("k");
    expect(fixture.list({ FetchOwner: true })).toEqual({
      Name: "payloads",
      Prefix: "",
      MaxKeys: 1_000,
      KeyCount: 1,
      IsTruncated: false,
      Contents: [
        {
          Key: "k",
          LastModified: new Date(fixture.environment.time),
          ETag: '"5d41402abc4b2a76b9719d911017c592"',
          Size: 5,
          StorageClass: "STANDARD",
          ChecksumAlgorithm: ["CRC64NVME"],
          ChecksumType: "FULL_OBJECT",
          Owner: { ID: "111111111111" },
        },
      ],
    });
  });

  test("groups by delimiter behind the prefix", () => {
    const fixture = bucketWith("test/foo/1", "test/foo/2", "test/bar/1", "test/x", "other");
    const list = fixture.list({ Prefix: "test/", Delimiter: "/" });
    expect(list.CommonPrefixes).toEqual([{ Prefix: "test/bar/" }, { Prefix: "test/foo/" }]);
    expect(list.Contents?.map((object) => object.Key)).toEqual(["test/x"]);
    expect(list).toMatchObject({ KeyCount: 3, Delimiter: "/" });
    expect(fixture.list({ Prefix: "test/foo", Delimiter: "/" }).CommonPrefixes).toEqual([{ Prefix: "test/foo/" }]);
    expect(fixture.keys({ Prefix: "test/foo/" })).toEqual(["test/foo/1", "test/foo/2"]);
  });

  test("starts after a key, which need not exist", () => {
    const fixture = bucketWith("a", "b", "c");
    expect(fixture.keys({ StartAfter: "a" })).toEqual(["b", "c"]);
    expect(fixture.keys({ StartAfter: "aa" })).toEqual(["b", "c"]);
    expect(fixture.keys({ StartAfter: "c" })).toEqual([]);
    expect(fixture.keys({ StartAfter: "b", Prefix: "a" })).toEqual([]);
  });

  test("a page may end with a key that ends with the delimiter", () => {
    const fixture = bucketWith("a/", "a/1", "a/2");
    expect(walk(fixture, { Prefix: "a/", Delimiter: "/", MaxKeys: 1 }).keys).toEqual(["a/", "a/1", "a/2"]);
  });

  test("no keys at all are no next page", () => {
    expect(bucketWith("a").list({ MaxKeys: 0 })).toMatchObject({ KeyCount: 0, IsTruncated: false });
  });

  test("encodes for XML when asked", () => {
    const list = bucketWith("a b/ü+(1)~.txt").list({ EncodingType: "url", Prefix: "a b" });
    expect(list.Contents?.[0]?.Key).toBe("a+b/%C3%BC%2B%281%29%7E.txt");
    expect(list.Prefix).toBe("a+b");
  });

  test("refuses tokens, counts and encodings that it does not know", () => {
    const fixture = bucketWith("a");
    expect(errorOf(() => fixture.list({ ContinuationToken: "nope" }))).toMatchObject({
      code: "InvalidArgument",
      message: "The continuation token provided is incorrect",
    });
    expect(errorOf(() => fixture.list({ MaxKeys: -1 })).code).toBe("InvalidArgument");
    expect(errorOf(() => Reflect.apply(fixture.list, fixture, [{ EncodingType: "x" }])).code).toBe("InvalidArgument");
  });

  test("pages put together are the whole list, whatever the size of a page", () => {
    const key = fc.stringMatching(/^[ab/😀]{1,6}$/u).filter((candidate) => candidate.isWellFormed());
    fc.assert(
      fc.property(
        fc.uniqueArray(key, { maxLength: 15 }),
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom("", "a", "a/"),
        fc.constantFrom(undefined, "/"),
        (keys, MaxKeys, Prefix, Delimiter) => {
          const fixture = bucketWith(...keys);
          const input = { Prefix, ...(Delimiter === undefined ? {} : { Delimiter }) };
          const pages = walk(fixture, { ...input, MaxKeys });
          expect(pages).toEqual(walk(fixture, { ...input, MaxKeys: 1_000 }));
          const covered = keys.filter((candidate) => candidate.startsWith(Prefix)).sort(compareUtf8);
          const expected = new Set<string>();
          for (const candidate of covered) {
            const end = Delimiter === undefined ? -1 : candidate.indexOf(Delimiter, Prefix.length);
            expected.add(end === -1 ? `key ${candidate}` : `prefix ${candidate.slice(0, end + 1)}`);
          }
          const actual = [
            ...pages.keys.map((name) => `key ${name}`),
            ...pages.prefixes.map((name) => `prefix ${name}`),
          ];
          expect(actual.sort()).toEqual([...expected].sort());
        },
      ),
    );
  });

  test("adding and removing leaves the right keys", () => {
    const step = fc.record({ key: fc.constantFrom("a", "b", "c", "d"), removes: fc.boolean(), looks: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const fixture = new S3Fixture();
        const expected = new Set<string>();
        for (const { key, removes, looks } of steps) {
          if (removes) {
            fixture.s3.call(HERE, "DeleteObject", { Bucket: "payloads", Key: key });
            expected.delete(key);
          } else {
            fixture.put(key);
            expected.add(key);
          }
          if (looks) {
            expect(fixture.keys()).toEqual([...expected].sort());
          }
        }
        expect(fixture.keys()).toEqual([...expected].sort());
      }),
    );
  });
});
