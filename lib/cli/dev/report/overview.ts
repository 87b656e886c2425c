import Table from "cli-table3";
import pc from "picocolors";
import { type Deployment, type LocalRuntime, localAddress } from "../../../local/index.ts";
import { displayName } from "../../display-name.ts";
import { type SessionTarget, sessionOf } from "../../session/index.ts";

/**
 * Tables of what runs, with a command to try it.
 *
 * @param columns characters that fit on a line: wide cells are shortened; undefined where any number fits
 */
export function overview(runtime: LocalRuntime, columns: number | undefined): string {
  const { deployment } = runtime;
  const tables = [topics(deployment), queues(deployment), functions(deployment), addresses(runtime)]
    .filter(({ rows }) => rows.length > 0)
    .map(({ head, rows }) => table(head, rows, columns));
  return [...tables, tryIt(runtime)].join("\n");
}

interface Rows {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

function topics(deployment: Deployment): Rows {
  const subscriptions = deployment.ofType("AWS::SNS::Subscription");
  const rows = deployment
    .ofType("AWS::SNS::Topic")
    .map((topic) => [
      displayName(topic),
      topic.physicalId,
      String(subscriptions.filter(({ properties }) => properties.text("TopicArn") === topic.physicalId).length),
    ]);
  return { head: ["Topic", "ARN", "Subscriptions"], rows };
}

function queues(deployment: Deployment): Rows {
  const all = deployment.ofType("AWS::SQS::Queue");
  const nameOf = (arn: string | undefined): string => {
    const found = all.find((queue) => queue.arn === arn);
    return found === undefined ? (arn ?? "") : displayName(found);
  };
  const rows = all.map((queue) => {
    const consumers = deployment.mappings
      .filter(({ configuration }) => configuration.queueArn === queue.arn)
      .map(({ configuration }) => functionName(deployment, configuration.functionName));
    return [
      displayName(queue),
      String(queue.attributes.QueueName ?? ""),
      nameOf(queue.properties.object("RedrivePolicy")?.text("deadLetterTargetArn")),
      consumers.join(", "),
    ];
  });
  return { head: ["Queue", "Name", "Dead-letter queue", "Function"], rows };
}

function functions(deployment: Deployment): Rows {
  const rows = deployment.functions
    .filter(({ internal }) => !internal)
    .map(({ resource, configuration }) => [
      displayName(resource),
      configuration.runtime ?? "container",
      `${configuration.timeoutSeconds} s`,
      `${configuration.memorySizeMb} MB`,
    ]);
  return { head: ["Function", "Runtime", "Timeout", "Memory"], rows };
}

/** Where the app answers plain HTTP. */
function addresses({ deployment, endpoint }: LocalRuntime): Rows {
  const apis = deployment.apis.flatMap(({ id, name, stages }) =>
    [...stages.keys()].map((stage) => [
      name,
      `${localAddress(endpoint, id)}/${stage === "$default" ? "" : `${stage}/`}`,
    ]),
  );
  const urls = deployment
    .ofType("AWS::Lambda::Url")
    .map((url) => [displayName(url), String(url.attributes.FunctionUrl ?? "")]);
  return { head: ["API", "Address"], rows: [...apis, ...urls] };
}

function tryIt(runtime: LocalRuntime): string {
  const { endpoint, serverEndpoint, dynamoDbEndpoint } = runtime;
  return [
    `${pc.bold("Endpoint")}  ${endpoint}${dynamoDbEndpoint === endpoint ? "" : `   ${pc.dim(`DynamoDB ${dynamoDbEndpoint}`)}`}`,
    ...(serverEndpoint === undefined || serverEndpoint === endpoint
      ? []
      : [`${pc.bold("Server")}    ${serverEndpoint}`]),
    `${pc.bold("Try")}       ${tryCommand(runtime)}`,
  ].join("\n");
}

/** A command that works as it stands: an event of the contract where a subscriber says its type, else a message by the AWS CLI. */
function tryCommand(runtime: LocalRuntime): string {
  const { targets } = sessionOf(runtime);
  const typed = targets.find(({ types, functions }) => types.length > 0 && functions.length > 0);
  if (typed !== undefined) {
    return `${fanfareCommand()} send ${typed.names[0]} ${typed.types[0]?.replace(/^.*\./, "")}`;
  }
  const target = targets.find(({ kind }) => kind === "topic") ?? targets[0];
  const aws = `AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test aws --endpoint-url ${runtime.endpoint} --region ${target?.region ?? "eu-central-1"}`;
  return `${aws} ${target === undefined ? "sqs list-queues" : awsCall(target)}`;
}

function awsCall({ kind, target }: SessionTarget): string {
  return kind === "topic"
    ? `sns publish --topic-arn ${target} --message '{}'`
    : `sqs send-message --queue-url ${target} --message-body '{}'`;
}

/** How the command is called here: by npm's script in a checkout of Fanfare, elsewhere by npx. */
function fanfareCommand(): string {
  return process.env.npm_package_name === "fanfare" ? "npm run fanfare --" : "npx fanfare";
}

function functionName(deployment: Deployment, physicalName: string): string {
  const found = deployment.functions.find(({ configuration }) => configuration.functionName === physicalName);
  return found === undefined ? physicalName : displayName(found.resource);
}

/** The lines around and between the cells of a table, all left out. */
const NO_FRAME = Object.fromEntries(
  ["top", "bottom", "left", "mid", "right"].flatMap((side) =>
    ["", "-mid", "-left", "-right"].map((part) => [`${side}${part}`, ""]),
  ),
);

function table(head: readonly string[], rows: readonly (readonly string[])[], columns: number | undefined): string {
  const widths = widthsWithin(
    head.map((title, index) => Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0))),
    columns,
  );
  const made = new Table({
    head: head.map((title) => pc.bold(title)),
    chars: { ...NO_FRAME, middle: "  " },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  made.push(...rows.map((row) => row.map((cell, index) => shortened(cell, widths[index] ?? cell.length))));
  return `${made.toString()}\n`;
}

/** Two spaces stand between columns. */
const GAP = 2;

/** No cell becomes shorter than this. */
const MIN_WIDTH = 8;

/** Takes from the widest columns until the table fits. */
function widthsWithin(natural: readonly number[], columns: number | undefined): readonly number[] {
  const widths = [...natural];
  const room = columns === undefined ? Number.POSITIVE_INFINITY : columns - GAP * (widths.length - 1);
  while (widths.reduce((sum, width) => sum + width, 0) > room && Math.max(...widths) > MIN_WIDTH) {
    const widest = widths.indexOf(Math.max(...widths));
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

/** Leaves out the middle: names differ at their ends. */
function shortened(cell: string, width: number): string {
  if (cell.length <= width) {
    return cell;
  }
  const end = Math.floor((width - 1) / 2);
  return `${cell.slice(0, width - 1 - end)}…${cell.slice(cell.length - end)}`;
}
