import type { FleetSubscriber } from "../../ops/index.ts";

/** The subscriber that stands for all in the page. */
const PLACEHOLDER = "Billing";

/** What the page says of its placeholders: of these, those that earlier commands fill in are left. */
const PREFACE = /^`Billing` stands for[\s\S]*?(`GROUP`[\s\S]*?\.)\s[\s\S]*?\n\n/m;

/** What is put into the page. */
export interface RunbookOptions {
  /** Subscribers that the page is about. */
  readonly subscribers: readonly FleetSubscriber[];
  /** Options that every command needs to look at this place, for example `--profile production`. */
  readonly place: string;
}

/**
 * The runbook with the names of what is deployed: a table of subscribers, and each command for each of them. Links to other pages of the
 * documentation become text.
 */
export function runbookOf(page: string, { subscribers, place }: RunbookOptions): string {
  const [title = "", ...rest] = page.split("\n");
  const body = withoutLinks(rest.join("\n").replace(PREFACE, "$1\n\n"));
  const filled = body.replaceAll(/```sh\n([\s\S]*?)```/g, (_, commands: string) =>
    blockOf(commands, subscribers, place),
  );
  return `${title}\n\n${tableOf(subscribers)}\n${filled.trimEnd()}\n`;
}

function blockOf(commands: string, subscribers: readonly FleetSubscriber[], place: string): string {
  const lines = commands.trimEnd().split("\n");
  const named = lines.some((line) => line.includes(PLACEHOLDER));
  const versions = named ? subscribers.map(({ name }) => versionOf(lines, name, place)) : [versionOf(lines, "", place)];
  return versions.map((version) => `\`\`\`sh\n${version}\n\`\`\``).join("\n\n");
}

function versionOf(lines: readonly string[], name: string, place: string): string {
  const quoted = /[^\w./:-]/.test(name) ? `'${name}'` : name;
  return lines
    .map((line) => line.replaceAll(PLACEHOLDER, quoted))
    .map((line) => (place !== "" && isPlaced(line) ? `${line} ${place}` : line))
    .join("\n");
}

/** Two folders are compared without looking anywhere. */
function isPlaced(line: string): boolean {
  return line.startsWith("fanfare ") && !line.startsWith("fanfare diff ");
}

function tableOf(subscribers: readonly FleetSubscriber[]): string {
  const rows = subscribers.map((each) => {
    const { name, queue, deadLetterQueue, subscriptionDeadLetterQueues, mappings, subscriptions, table } = each;
    const cells = [
      subscriptions.map(({ topicArn }) => topicArn.slice(topicArn.lastIndexOf(":") + 1)),
      [queue.name],
      deadLetterQueue === undefined ? [] : [deadLetterQueue.name],
      subscriptionDeadLetterQueues.map((each) => each.name),
      mappings.map(({ functionName }) => functionName),
      table === undefined ? [] : [table],
    ];
    return `| ${name} | ${cells.map((cell) => cell.map((text) => `\`${text}\``).join(", ") || "none").join(" | ")} |`;
  });
  return [
    "| subscriber | topic | queue | dead-letter queue | of its subscription | function | idempotency table |",
    "|---|---|---|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

function withoutLinks(text: string): string {
  return text.replaceAll(/\[([^\]]+)\]\((?!#|https:)[^)]+\)/g, "$1");
}
