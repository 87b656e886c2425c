import { Command } from "commander";
import type { EditOptions } from "../ops/dlq-edit.ts";
import type { ExportOptions } from "../ops/dlq-export.ts";
import type { ChangeOptions } from "../ops/dlq-plan.ts";
import type { ReadOptions } from "../ops/dlq-read.ts";
import type { Terminal } from "../terminal.ts";
import { surroundingsOf, withConfirmation, withFilter, withPlace } from "./places.ts";
import { positive } from "./values.ts";

const AFTER_HELP = `
Queues are named by their subscriber (Billing, Orders/Billing), by the consumer, or by their own name, URL or ARN.
Verbs that read give every dead letter back. Verbs that write show their plan first, and need the queue's name typed, or
--yes --expect-count N.

Examples:
  fanfare dlq groups Billing
  fanfare dlq show Billing 5b3e1c9a-... --body
  fanfare dlq redrive Billing --group 1f0c2a --rate 50
  fanfare dlq archive Billing --all --to s3://archive/billing`;

/** What stands after the verbs. */
const ARGUMENTS: Readonly<Record<string, string>> = {
  "<queue>": "subscriber, consumer, or name, URL or ARN of the queue",
  "<id>": "message id, or id of the event",
  "<from>": "the archive: a file, or s3://bucket/prefix",
};

type Given = { readonly terminal: Terminal; readonly signal: AbortSignal };

/** `fanfare dlq`: looks into dead-letter queues, and moves what is in them. */
export function dlqCommand(given: Given): Command {
  const dlq = new Command("dlq")
    .description("dead letters: grouped by cause, redriven, archived")
    .addHelpText("after", AFTER_HELP);
  const verb = (usage: string, description: string) => {
    const [name = "", ...own] = usage.split(" ");
    const command = dlq.command(name).description(description).exitOverride();
    for (const argument of own) {
      command.argument(argument, ARGUMENTS[argument]);
    }
    return withPlace(command);
  };
  verb("ls", "list the dead-letter queues").action(async (options: ReadOptions) => {
    await (await reading()).listDeadLetters(options, surroundingsOf(given));
  });
  withFilter(verb("groups <queue>", "group dead letters by cause")).action(
    async (name: string, options: ReadOptions) => {
      await (await reading()).showGroups(name, options, surroundingsOf(given));
    },
  );
  verb("show <queue> <id>", "show one dead letter by its message id or event id")
    .option("--undelivered", "one of the subscription's dead-letter queue", false)
    .option("--body", "show the body too; sensitive fields stay masked", false)
    .action(async (name: string, id: string, options: ReadOptions) => {
      await (await reading()).showLetter(name, id, options, surroundingsOf(given));
    });
  withFilter(verb("export <queue>", "print dead letters as ndjson, sensitive fields masked"))
    .option("--as-test", "write a vitest file that delivers the dead letters to their handler", false)
    .option("--app <app>", "what the test deploys: a command, or a cloud assembly (default: the app in cdk.json)")
    .option("--to <file>", "a file in place of the output")
    .action(async (name: string, options: ExportOptions) => {
      const { exportTo } = await import("../ops/dlq-export.ts");
      await exportTo(name, options, surroundingsOf(given));
    });
  withConfirmation(verb("edit <queue> <id>", "correct a dead letter, and send the corrected event with a new id"))
    .option("--undelivered", "one of the subscription's dead-letter queue", false)
    .option("--body-file <file>", "the corrected envelope (default: what you save in $EDITOR)")
    .option("--contract <file>", "module that exports the contract by which the event is validated")
    .option("--dry-run", "validate only", false)
    .action(async (name: string, id: string, options: EditOptions) => {
      const { editLetter } = await import("../ops/dlq-edit.ts");
      await editLetter(name, id, options, surroundingsOf(given));
    });
  changing(verb("redrive <queue>", "move dead letters back to their queue"))
    .option("--rate <count>", "dead letters per second at most", positive)
    .option("--canary", "one, then ten, then the rest, unless they come back (default: for more than 100 dead letters)")
    .option("--no-canary", "all at once, without steps")
    .option("--settle <seconds>", "how long a step of a canary is watched at most (default: 120)", positive)
    .option("--resume <journal>", "continue a move that was interrupted")
    .option("--move-task", "by a message move task of SQS: all of the queue, without filter, journal and canary", false)
    .action(async (name: string, options: ChangeOptions) => {
      const { redrive } = await import("../ops/dlq-redrive.ts");
      await redrive(name, options, surroundingsOf(given));
    });
  changing(verb("archive <queue>", "store dead letters in a file or S3, and delete them"))
    .option("--to <place>", "file, or s3://bucket/prefix (default: a file in ~/.fanfare/archive)")
    .action(async (name: string, options: ChangeOptions) => {
      await (await writing()).archive(name, options, surroundingsOf(given));
    });
  changing(verb("purge <queue>", "delete dead letters, after they have been stored"))
    .option("--to <place>", "file, or s3://bucket/prefix (default: a file in ~/.fanfare/archive)")
    .action(async (name: string, options: ChangeOptions) => {
      await (await writing()).purge(name, options, surroundingsOf(given));
    });
  changing(
    verb("restore <queue> <from>", "put archived dead letters back: those that are chosen, or all of the archive"),
  ).action(async (name: string, from: string, options: ChangeOptions) => {
    await (await writing()).restore(name, from, options, surroundingsOf(given));
  });
  return dlq;
}

function changing(command: Command): Command {
  return withConfirmation(withFilter(command)).option("--dry-run", "show the plan only", false);
}

const reading = () => import("../ops/dlq-read.ts");
const writing = () => import("../ops/dlq-write.ts");
