import { concurrencyOf } from "./concurrency.ts";
import { ownMetricsOf } from "./metrics.ts";
import { monitoringOf } from "./monitoring.ts";
import { PRICES, type PriceName, type PriceOverrides } from "./prices.ts";
import { storageOf } from "./storage.ts";
import { trafficOf } from "./traffic.ts";
import { deliveryRate, messageBytes, type Workload } from "./workload.ts";

/** Seconds per month: 730 hours, as AWS calculates. */
export const MONTH_SECONDS = 2_628_000;

const MILLION = 1_000_000;
const GB = 1_000_000_000;
/** Lambda and DynamoDB count memory and storage in 2^30 bytes; the difference matters only for memory. */
const MB_OF_GB = 1_024;

/** One line of the monthly bill. */
export interface CostItem {
  readonly service: "SNS" | "SQS" | "Lambda" | "DynamoDB" | "S3" | "CloudWatch";
  readonly item: string;
  /** Units of the price per month: millions, GB. */
  readonly units: number;
  readonly price: PriceName;
  readonly usdPerUnit: number;
  /** Whether the price is assumed. */
  readonly assumed: boolean;
  readonly source: string;
  readonly usdPerMonth: number;
}

/** What a workload costs. */
export interface Cost {
  readonly items: readonly CostItem[];
  readonly usdPerMonth: number;
  /** Dollars per million published events, including everything that follows from them. */
  readonly usdPerMillionEvents: number;
}

/** The monthly cost without free tiers, volume discounts, data transfer, logs besides those of metrics, keys and the user's own resources. */
export function costOf(workload: Workload, overrides: PriceOverrides = {}): Cost {
  const items = lines(workload)
    .filter(([, , , units]) => units > 0)
    .map(([service, item, price, units]): CostItem => {
      const usdPerUnit = overrides[price] ?? PRICES[price].usd;
      const assumed = overrides[price] === undefined && !PRICES[price].confirmed;
      const { source } = PRICES[price];
      return { service, item, units, price, usdPerUnit, assumed, source, usdPerMonth: units * usdPerUnit };
    });
  const usdPerMonth = items.reduce((sum, item) => sum + item.usdPerMonth, 0);
  return { items, usdPerMonth, usdPerMillionEvents: usdPerMonth / ((workload.rate * MONTH_SECONDS) / MILLION) };
}

type Line = readonly [service: CostItem["service"], item: string, price: PriceName, units: number];

function lines(workload: Workload): readonly Line[] {
  const { fifo, rate, subscribers, memoryMb } = workload;
  const traffic = trafficOf(workload);
  const storage = storageOf(workload);
  const monitoring = monitoringOf(workload);
  const own = ownMetricsOf(workload);
  const { invocationMs } = concurrencyOf(workload);
  const millions = (perSecond: number): number => (perSecond * MONTH_SECONDS) / MILLION;
  const gigabytes = (bytesPerSecond: number): number => (bytesPerSecond * MONTH_SECONDS) / GB;
  const bytes = messageBytes(workload);
  const delivered = deliveryRate(workload) * subscribers;
  const gbSeconds = traffic.invocations * (invocationMs / 1_000) * (memoryMb / MB_OF_GB);
  return [
    ["SNS", "publish requests", fifo ? "snsFifo" : "snsStandard", millions(traffic.publishBilled)],
    ["SNS", "bytes published", "snsFifoPublishedGb", fifo ? gigabytes(rate * bytes) : 0],
    ["SNS", "deliveries", "snsFifoDelivery", fifo ? millions(delivered) : 0],
    ["SNS", "bytes delivered", "snsFifoDeliveredGb", fifo ? gigabytes(delivered * bytes) : 0],
    ["SQS", "requests", fifo ? "sqsFifo" : "sqsStandard", millions(traffic.sqsBilled)],
    ["Lambda", "invocations", "lambdaRequests", millions(traffic.invocations)],
    ["Lambda", `duration, ${memoryMb} MB on ARM`, "lambdaArmGbSeconds", millions(gbSeconds)],
    ["DynamoDB", "idempotency writes", "tableWrites", millions(traffic.tableWrites)],
    ["DynamoDB", "idempotency records", "tableGbMonth", storage.recordBytes / GB],
    ["S3", "payloads written", "s3Puts", millions(traffic.s3Puts)],
    ["S3", "payloads read", "s3Gets", millions(traffic.s3Gets)],
    ["S3", "payloads kept", "s3GbMonth", storage.payloadBytes / GB],
    ["CloudWatch", "metrics of metrics()", "customMetrics", own.metrics],
    ["CloudWatch", "lines of metrics()", "logIngestionGb", gigabytes(own.logBytesPerSecond)],
    ["CloudWatch", `metrics of alarms, ${workload.alarms}`, "alarmMetrics", monitoring.alarmMetrics],
    ["CloudWatch", "composite alarms", "compositeAlarms", monitoring.compositeAlarms],
    ["CloudWatch", "dashboard", "dashboards", monitoring.dashboards],
  ];
}
