import type { Fleet } from "../../ops/index.ts";
import { CliError, EXIT } from "../cli-error.ts";
import type { Session } from "../session/index.ts";

/** A topic, and what its contract marks. */
export interface FoundTopic {
  readonly arn: string;
  /** Fields that are never shown, by type of event. */
  readonly sensitive: ReadonlyMap<string, readonly string[]>;
}

/**
 * The topic that a name stands for: its ARN, its name, its construct's path (`Orders`), or the name of its contract.
 *
 * @throws CliError, exit code 2, for a name that no topic or several have
 */
export function findTopic(fleet: Fleet, session: Session | undefined, name: string): FoundTopic {
  const found = new Set(
    [...fleet.topics.map(({ arn }) => ({ arn, names: namesOf(fleet, arn) })), ...sessionTopics(session)]
      .filter(({ arn, names }) => arn === name || names.includes(name))
      .map(({ arn }) => arn),
  );
  const [one, ...others] = found.size === 0 && isTopicArn(name) ? [name] : found;
  if (one === undefined || others.length > 0) {
    const known = fleet.topics.map((topic) => topic.name).join(", ") || "none was found here: give its ARN";
    throw new CliError(
      others.length > 0
        ? `${name} stands for several topics: use one of ${known}`
        : `there is no topic ${name}: ${known}`,
      { exitCode: EXIT.usage },
    );
  }
  return { arn: one, sensitive: sensitiveOf(fleet, one) };
}

function namesOf(fleet: Fleet, arn: string): string[] {
  const own = arn.slice(arn.lastIndexOf(":") + 1);
  const subscribers = subscribersOf(fleet, arn);
  // `Orders` for the subscriber `Orders/Billing`.
  const paths = subscribers.flatMap(({ promised }) => promised?.name.split("/").slice(0, -1).join("/") ?? []);
  return [own, own.replace(/\.fifo$/, ""), ...paths, ...subscribers.flatMap(({ contract }) => contract ?? [])];
}

function sessionTopics(session: Session | undefined): { readonly arn: string; readonly names: readonly string[] }[] {
  return (session?.targets ?? [])
    .filter(({ kind }) => kind === "topic")
    .map(({ target, names }) => ({ arn: target, names }));
}

function sensitiveOf(fleet: Fleet, arn: string): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, readonly string[]>();
  for (const { promised } of subscribersOf(fleet, arn)) {
    for (const [type, marked] of Object.entries(promised?.sensitive ?? {})) {
      fields.set(type, [...(fields.get(type) ?? []), ...marked]);
    }
  }
  return fields;
}

function subscribersOf({ subscribers }: Fleet, arn: string) {
  return subscribers.filter(({ subscriptions }) => subscriptions.some(({ topicArn }) => topicArn === arn));
}

function isTopicArn(text: string): boolean {
  return /^arn:[^:]+:sns:[^:]+:\d{12}:[^:]+$/.test(text);
}
