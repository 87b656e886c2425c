/**
 * Bodies that are no events: not JSON, no envelope, of a type that nobody knows, JSON that another program would write otherwise,
 * pointers to where nobody may read.
 */
const MALFORMED: readonly ((n: number) => string)[] = [
  (n) => `{"broken ${n}`,
  (n) => `[${n}]`,
  (n) => JSON.stringify({ specversion: "1.0", id: "", source: "x", type: "shop.OrderPlaced", n }),
  (n) =>
    JSON.stringify({ specversion: "1.0", id: `unknown-${n}`, source: "x", type: "shop.Unknown", data: { n } }, null, 2),
  (n) => `{"n":${n}.0,"big":12345678901234567890,"n":"\\u0041", "half":0.50}`,
  (n) => pointer("other", `k${n}`),
  (n) => pointer("fanfare-payloads", `events-of-others/k${n}`),
  (n) => pointer("fanfare-payloads", `events/../k${n}`),
];

/** Draws a body that is no event. */
export function drawMalformed(random: () => number, n: number): string {
  const make = MALFORMED[Math.floor(random() * MALFORMED.length)] ?? String;
  return make(n);
}

function pointer(bucket: string, key: string): string {
  return JSON.stringify(["software.amazon.payloadoffloading.PayloadS3Pointer", { s3BucketName: bucket, s3Key: key }]);
}
