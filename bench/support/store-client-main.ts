/** A fresh process of the benchmark `store-client`, bundled: load and first call, then the CPU time of a call with 25 statements. */
import { dynamoDbLoader } from "../../lib/aws/index.ts";
import { systemClock } from "../../lib/clock/index.ts";

const WARM_UP = 200;
const CALLS = 1_000;

const started = performance.now();
const dynamodb = await dynamoDbLoader({ client: undefined, clock: systemClock })();
const Statements = Array.from({ length: 25 }, (_, n) => ({
  Statement: `INSERT INTO "records" VALUE {'id': ?, 'owner': ?, 'state': ?, 'leaseUntil': ?}`,
  Parameters: [{ S: `billing#shop#event-${n}` }, { S: "owner" }, { S: "claimed" }, { N: "1764444444444" }],
}));
const call = async () => await dynamodb.batchExecuteStatement({ Statements });
await call();
const firstMs = performance.now() - started;
for (let n = 0; n < WARM_UP; n++) {
  await call();
}
const before = process.cpuUsage();
for (let n = 0; n < CALLS; n++) {
  await call();
}
const { user, system } = process.cpuUsage(before);
process.stdout.write(JSON.stringify({ firstMs, cpuPerCallMs: (user + system) / 1_000 / CALLS }));
process.exit(0);
