/** A price in US dollars. */
export interface Price {
  readonly usd: number;
  /** What it is the price of. */
  readonly per: string;
  readonly source: string;
  /** `false`: assumed, not confirmed when the table was written. It is marked wherever it is shown. */
  readonly confirmed: boolean;
}

/** Region and date of the prices. Volume discounts and free tiers are left out. */
export const PRICES_OF = { region: "us-east-1", date: "2026-11-21" } as const;

const SQS = "Amazon SQS pricing";
const SNS = "Amazon SNS pricing";
const LAMBDA = "AWS Lambda pricing";
const DYNAMODB = "Amazon DynamoDB pricing for on-demand capacity";
const S3 = "Amazon S3 pricing";
const CLOUDWATCH = "Amazon CloudWatch pricing";

/** Prices of us-east-1, first tier. Confirmed ones were found on public pages of 2024 to 2026 that quote the AWS page. */
export const PRICES = {
  sqsStandard: { usd: 0.4, per: "million requests", source: SQS, confirmed: true },
  sqsFifo: { usd: 0.5, per: "million requests", source: SQS, confirmed: true },
  snsStandard: { usd: 0.5, per: "million publish requests", source: SNS, confirmed: true },
  snsFifo: { usd: 0.3, per: "million publish requests", source: SNS, confirmed: true },
  snsFifoPublishedGb: { usd: 0.017, per: "GB published", source: SNS, confirmed: false },
  snsFifoDelivery: { usd: 0.01, per: "million deliveries", source: SNS, confirmed: false },
  snsFifoDeliveredGb: { usd: 0.001, per: "GB delivered", source: SNS, confirmed: false },
  lambdaRequests: { usd: 0.2, per: "million invocations", source: LAMBDA, confirmed: true },
  lambdaArmGbSeconds: { usd: 13.3334, per: "million GB-seconds", source: LAMBDA, confirmed: true },
  tableWrites: { usd: 0.625, per: "million write request units", source: DYNAMODB, confirmed: false },
  tableGbMonth: { usd: 0.25, per: "GB-month", source: DYNAMODB, confirmed: false },
  s3Puts: { usd: 5, per: "million PUT requests", source: S3, confirmed: false },
  s3Gets: { usd: 0.4, per: "million GET requests", source: S3, confirmed: false },
  s3GbMonth: { usd: 0.023, per: "GB-month", source: S3, confirmed: false },
  customMetrics: { usd: 0.3, per: "metric and month", source: CLOUDWATCH, confirmed: true },
  logIngestionGb: { usd: 0.5, per: "GB of log lines", source: CLOUDWATCH, confirmed: true },
  alarmMetrics: { usd: 0.1, per: "metric of an alarm", source: CLOUDWATCH, confirmed: false },
  compositeAlarms: { usd: 0.5, per: "composite alarm", source: CLOUDWATCH, confirmed: false },
  dashboards: { usd: 3, per: "dashboard", source: CLOUDWATCH, confirmed: false },
} as const satisfies Readonly<Record<string, Price>>;

/** Name of a price. */
export type PriceName = keyof typeof PRICES;

/** Dollars to use instead of the table's prices. Given prices count as confirmed. */
export type PriceOverrides = Readonly<Partial<Record<PriceName, number>>>;
