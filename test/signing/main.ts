/**
 * Signs generated requests with Fanfare's signer, with the AWS SDK's, and with botocore where Python has it, and compares:
 * `npm run test:signing -- --runs 10000 --seed 1`.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { parseArgs } from "node:util";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { sign } from "../../lib/aws/lean/sign.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "10000" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
  },
});
const seed = Number(values.seed);

const token = fc.string({ unit: fc.constantFrom(..."abcXYZ019+/="), minLength: 16, maxLength: 400 });
const segment = fc.string({ unit: fc.constantFrom(..."abZ09-._~%$!'()*@:,; é"), maxLength: 12 }).map(encodeURI);
const requests = fc.record({
  path: fc.array(segment, { maxLength: 4 }).map((segments) => `/${segments.join("/")}`),
  host: fc.constantFrom("dynamodb.eu-central-1.amazonaws.com", "sqs.us-east-1.amazonaws.com", "localhost:8000"),
  target: fc.constantFrom("DynamoDB_20120810.BatchExecuteStatement", "AmazonSQS.SendMessageBatch"),
  extra: fc.string({ unit: fc.constantFrom(..."aB9 \t,;="), maxLength: 20 }).map((text) => `x${text}`),
  body: fc.json(),
  region: fc.constantFrom("eu-central-1", "us-gov-west-1", "cn-north-1"),
  service: fc.constantFrom("dynamodb", "sqs"),
  accessKeyId: fc.string({ unit: fc.constantFrom(..."AKIS0129"), minLength: 16, maxLength: 20 }),
  secretAccessKey: token,
  sessionToken: fc.option(token, { nil: undefined }),
  time: fc.integer({ min: Date.UTC(2015, 0, 1), max: Date.UTC(2039, 0, 1) }).map((ms) => ms - (ms % 1_000)),
});
type Request = typeof requests extends fc.Arbitrary<infer Value> ? Value : never;

const sample = fc.sample(requests, { numRuns: Number(values.runs), seed });
const headersOf = ({ host, target, extra, body }: Request) => ({
  host,
  "content-type": "application/x-amz-json-1.0",
  "x-amz-target": target,
  "x-extra": extra,
  // The SDK adds it; the others must sign the same headers.
  "x-amz-content-sha256": createHash("sha256").update(body).digest("hex"),
});

const ours = sample.map((request) => {
  const { path, body, time } = request;
  return sign({ method: "POST", path, headers: headersOf(request), body }, request, request, time).authorization ?? "";
});
const bySdk = await Promise.all(sample.map(signedBySdk));
const byBotocore = signedByBotocore();

let different = 0;
for (const [index, request] of sample.entries()) {
  const others = { sdk: bySdk[index], ...(byBotocore === undefined ? {} : { botocore: byBotocore[index] }) };
  if (Object.values(others).some((other) => other !== ours[index])) {
    different += 1;
    if (different <= 3) {
      console.error("signed differently:", { request, ours: ours[index], ...others });
    }
  }
}
const peers = byBotocore === undefined ? "the SDK's (botocore is not installed: left out)" : "the SDK's and botocore's";
console.log(`${sample.length} requests, seed ${seed}: ${different} signatures differ from ${peers}`);
process.exitCode = different === 0 ? 0 : 1;

async function signedBySdk(request: Request): Promise<string> {
  const { path, body, time, region, service } = request;
  const client = new DynamoDBClient({ region, credentials: request });
  const signer = await client.config.signer({
    name: "sigv4",
    signingName: service,
    signingRegion: region,
    properties: {},
  });
  const unsigned = {
    method: "POST",
    protocol: "https:",
    hostname: "h",
    path,
    query: {},
    headers: headersOf(request),
    body,
  };
  const options = { signingDate: new Date(time), signingRegion: region, signingService: service };
  const signed = await signer.sign(unsigned, options);
  return signed.headers.authorization ?? "";
}

function signedByBotocore(): readonly string[] | undefined {
  const input = sample.map((request) => ({ ...request, headers: headersOf(request) }));
  const script = new URL("./botocore_signer.py", import.meta.url).pathname;
  const { status, stdout } = spawnSync("python3", [script], { input: JSON.stringify(input), maxBuffer: 2 ** 30 });
  return status === 0 ? JSON.parse(stdout.toString()) : undefined;
}
