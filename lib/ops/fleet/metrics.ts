import { type Cloud, unlessAbsent } from "../cloud/index.ts";

/** Metrics of one call. Source: Amazon CloudWatch API Reference, `GetMetricData`. */
const PER_CALL = 500;

/** CloudWatch gets the metrics of SQS every minute, and some minutes late. */
const WINDOW_MS = 10 * 60_000;

/** Ages of the oldest messages of queues, in seconds, by queue. CloudWatch knows them alone; without it the map is empty. */
export async function oldestAges(
  cloud: Cloud,
  queueNames: readonly string[],
  now: number,
): Promise<ReadonlyMap<string, number>> {
  const ages = new Map<string, number>();
  for (let at = 0; at < queueNames.length; at += PER_CALL) {
    const names = queueNames.slice(at, at + PER_CALL);
    const results = await unlessAbsent(() => query(cloud, names, now));
    for (const { Id = "", Values = [] } of results ?? []) {
      const name = names[Number(Id.slice(1))];
      const [latest] = Values;
      if (name !== undefined && latest !== undefined) {
        ages.set(name, latest);
      }
    }
  }
  return ages;
}

async function query(cloud: Cloud, names: readonly string[], now: number) {
  const { sdk, call } = await cloud.cloudWatch();
  const command = new sdk.GetMetricDataCommand({
    StartTime: new Date(now - WINDOW_MS),
    EndTime: new Date(now),
    ScanBy: "TimestampDescending",
    MetricDataQueries: names.map((name, index) => ({
      Id: `q${index}`,
      MetricStat: {
        Metric: {
          Namespace: "AWS/SQS",
          MetricName: "ApproximateAgeOfOldestMessage",
          Dimensions: [{ Name: "QueueName", Value: name }],
        },
        Period: 60,
        Stat: "Maximum",
      },
    })),
  });
  const { MetricDataResults = [] } = await call((client, options) => client.send(command, options));
  return MetricDataResults;
}
