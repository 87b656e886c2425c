/** A step of a path: a command, and what it shows; or what happens between commands. */
export interface Step {
  /** As the runbook has it. `GROUP` and `ID` stand for what an earlier command showed. */
  readonly command: string;
  /** Whether it changes something, so that a script has to confirm it. */
  readonly writes?: boolean;
}

/** One incident: its section in the runbook, the path there, and the steps without Fanfare. */
export interface Incident {
  readonly title: string;
  /** Heading in docs/runbook.md. */
  readonly section: string;
  readonly steps: readonly Step[];
  /** What the same takes with the AWS CLI and the console, a step each. Loops count once. */
  readonly without: readonly string[];
}

const READ_REASONS = [
  "aws sqs get-queue-url for the dead-letter queue",
  "aws sqs receive-message, ten at a time, until all were seen",
  "group the attribute fanfareFailure with jq",
  "aws sqs change-message-visibility-batch, ten at a time, to give them back",
];

const MOVE_ALL = [
  "aws sqs get-queue-attributes for the ARNs of both queues",
  "aws sqs start-message-move-task",
  "aws sqs list-message-move-tasks until it has ended",
  "aws sqs get-queue-attributes to see what came back",
];

const MOVE_SOME = [
  "aws sqs receive-message, ten at a time, with all attributes",
  "choose the messages of the group with jq",
  "aws sqs send-message-batch to the queue",
  "aws sqs delete-message-batch from the dead-letter queue",
  "aws sqs get-queue-attributes to see what came back",
];

/** The eight incidents of the 3 a.m. benchmark. */
export const INCIDENTS = {
  schema: {
    title: "A schema change poisons a subscriber",
    section: "A publisher changed an event",
    steps: [
      { command: "fanfare dlq groups Billing" },
      { command: "fanfare dlq show Billing ID --body" },
      { command: "fanfare dlq redrive Billing --group GROUP --canary", writes: true },
    ],
    without: [...READ_REASONS, ...MOVE_SOME],
  },
  dependency: {
    title: "A dependency is down",
    section: "A dependency is down",
    steps: [
      { command: "fanfare ps" },
      { command: "fanfare pause Billing", writes: true },
      { command: "fanfare resume Billing", writes: true },
      { command: "fanfare dlq redrive Billing --all --canary", writes: true },
    ],
    without: [
      "aws sqs get-queue-attributes for each queue",
      "aws lambda list-event-source-mappings",
      "aws lambda update-event-source-mapping --no-enabled",
      "aws lambda get-event-source-mapping until it is disabled",
      "aws lambda update-event-source-mapping --enabled",
      "aws lambda get-event-source-mapping until it is enabled",
      ...MOVE_ALL,
    ],
  },
  permission: {
    title: "A subscriber's permission is gone",
    section: "Messages that SNS could not deliver",
    steps: [
      { command: "fanfare doctor" },
      { command: "fanfare dlq redrive Billing --all --undelivered", writes: true },
      { command: "fanfare doctor" },
    ],
    without: [
      "aws sns list-subscriptions-by-topic",
      "aws sns get-subscription-attributes for its dead-letter queue",
      "aws sqs get-queue-attributes for the policy of the queue, and compare it with the template",
      "aws kms get-key-policy",
      ...MOVE_SOME,
    ],
  },
  mapping: {
    title: "A mapping is disabled",
    section: "A queue that is not polled",
    steps: [{ command: "fanfare ps" }, { command: "fanfare resume Billing", writes: true }],
    without: [
      "aws sqs get-queue-attributes for the ARN and the depth",
      "aws lambda list-event-source-mappings",
      "aws lambda update-event-source-mapping --enabled",
      "aws lambda get-event-source-mapping until it is enabled",
    ],
  },
  poison: {
    title: "A message poisons its FIFO group",
    section: "A message that cannot be processed as it is",
    steps: [
      { command: "fanfare dlq groups Billing" },
      { command: "fanfare dlq show Billing ID --body" },
      { command: "fanfare dlq edit Billing ID --body-file corrected.json", writes: true },
    ],
    without: [
      ...READ_REASONS,
      "write the corrected body by hand, with a new id",
      "store the original in a file",
      "aws sqs send-message with attributes, group and a new deduplication id",
      "aws sqs delete-message",
    ],
  },
  expiry: {
    title: "A full dead-letter queue is about to expire",
    section: "Dead letters about to expire",
    steps: [
      { command: "fanfare doctor" },
      { command: "fanfare dlq archive Billing --all --to billing.ndjson", writes: true },
      { command: "fanfare dlq restore Billing billing.ndjson", writes: true },
      { command: "fanfare dlq redrive Billing --all --canary", writes: true },
    ],
    without: [
      "aws cloudwatch get-metric-statistics for the age of the oldest message",
      "aws sqs get-queue-attributes for the retention",
      "aws sqs receive-message, ten at a time, into a file",
      "aws sqs delete-message-batch, ten at a time",
      "aws sqs send-message-batch, ten at a time, from the file",
      ...MOVE_ALL,
    ],
  },
  offload: {
    title: "A publisher offloads where a consumer cannot read",
    section: "Payloads that a consumer may not read",
    steps: [
      { command: "fanfare dlq groups Billing" },
      { command: "fanfare dlq redrive Billing --group GROUP --canary", writes: true },
    ],
    without: [...READ_REASONS, "aws lambda get-function-configuration for the allowed buckets", ...MOVE_SOME],
  },
  duplicates: {
    title: "Duplicates after a redeploy",
    section: "Events that were processed twice",
    steps: [
      { command: "fanfare diff next --against cdk.out" },
      { command: "fanfare pause Billing", writes: true },
      { command: "fanfare resume Billing", writes: true },
    ],
    without: [
      "aws logs start-query for the event's id",
      "aws logs get-query-results",
      "aws cloudformation get-template of the present stack, and compare the variables of each function by eye",
      "aws lambda list-event-source-mappings",
      "aws lambda update-event-source-mapping --no-enabled",
      "aws lambda get-event-source-mapping until it is disabled",
      "aws lambda update-event-source-mapping --enabled",
    ],
  },
} as const satisfies Readonly<Record<string, Incident>>;

/** The table of the benchmark, for docs/evidence/incidents.md. */
export function pageOf(incidents: Readonly<Record<string, Incident>>): string {
  const all = Object.values(incidents);
  const rows = all.map(
    ({ title, section, steps, without }) =>
      `| ${title} | [${section}](../runbook.md#${anchorOf(section)}) | ${steps.length} | ${without.length} |`,
  );
  const lists = all.map(({ title, steps, without }) =>
    [
      `## ${title}`,
      "",
      "```sh",
      ...steps.map(({ command }) => command),
      "```",
      "",
      "Without Fanfare:",
      "",
      ...without.map((step, index) => `${index + 1}. ${step}`),
    ].join("\n"),
  );
  return `# The eight incidents

\`npm run test:campaigns -- test/campaigns/incidents\` causes each of these on the local runtime, runs the commands of the runbook as processes, and
checks that every order was processed. Deployments between the commands are not counted on either side. On the side of the AWS CLI, a loop
over batches counts as one step. No network of AWS was involved: these are counts of steps, not of minutes.

| incident | runbook | commands | steps with the AWS CLI |
|---|---|---|---|
${rows.join("\n")}

${lists.join("\n\n")}
`;
}

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w -]/g, "")
    .replaceAll(" ", "-");
}
