/** Conditions of a request, in terms that hold on both sides. */
export type Condition =
  | "none"
  | "ifMatchRight"
  | "ifMatchWrong"
  | "ifNoneMatchRight"
  | "ifNoneMatchWrong"
  | "ifNoneMatchAny";

/** One step of a sequence on buckets. `bucket` is a slot; `upload` counts the uploads that were begun. */
export type S3Operation =
  | { kind: "s3.createBucket"; bucket: string }
  | { kind: "s3.headBucket"; bucket: string }
  | { kind: "s3.deleteBucket"; bucket: string }
  | {
      kind: "s3.put";
      bucket: string;
      key: string;
      body: string;
      type: string;
      metadata: Readonly<Record<string, string>>;
      condition: Condition;
    }
  | { kind: "s3.get"; bucket: string; key: string; range: string; condition: Condition }
  | { kind: "s3.head"; bucket: string; key: string; condition: Condition }
  | { kind: "s3.delete"; bucket: string; key: string }
  | { kind: "s3.deleteMany"; bucket: string; keys: readonly string[]; quiet: boolean }
  | { kind: "s3.list"; bucket: string; prefix: string; delimiter: string; maximum: number; startAfter: string }
  | { kind: "s3.copy"; bucket: string; from: string; to: string; replace: boolean }
  | { kind: "s3.begin"; bucket: string; key: string }
  | { kind: "s3.part"; bucket: string; key: string; upload: number; part: number; body: string }
  | { kind: "s3.listParts"; bucket: string; key: string; upload: number }
  | {
      kind: "s3.complete";
      bucket: string;
      key: string;
      upload: number;
      parts: "all" | "none" | "wrongTag" | "missing" | "unsorted";
    }
  | { kind: "s3.abort"; bucket: string; key: string; upload: number };
