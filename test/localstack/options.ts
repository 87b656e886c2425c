import { Command, InvalidArgumentError, Option } from "commander";

/** What the suite runs on. */
export const TARGETS = ["localstack", "ministack", "moto", "aws"] as const;

/** The name of a target. */
export type TargetName = (typeof TARGETS)[number];

/** What the command line asks for. */
export interface Options {
  /** In the order in which they run. */
  readonly targets: readonly TargetName[];
  /** Targets that may be missing: they were not asked for by name. */
  readonly optional: ReadonlySet<TargetName>;
  /** An emulator that runs already. */
  readonly endpoint: string | undefined;
  readonly region: string;
  /** Leaves stack, emulator and files in place. */
  readonly keep: boolean;
  /** The consent without which nothing is created in an account. */
  readonly billable: boolean;
  /** Only cases with this text in their name. */
  readonly only: string | undefined;
}

const HELP = `
Exit codes
  0  all cases passed
  1  a case failed
  2  wrong usage
  3  a target is not available; what is missing is said
  4  nothing was created: no credentials, or a stack of the same name exists already

Against AWS: --target aws --yes-create-billable-resources, with credentials in the environment. See docs/evidence/emulators.md.`;

/** Reads the command line. @throws CommanderError for wrong usage */
export function parseOptions(argv: readonly string[]): Options {
  const command = new Command("test:localstack")
    .description(
      "Deploys a stack with the CDK CLI and tries it, on LocalStack and on whatever else speaks the APIs of AWS.",
    )
    .addOption(new Option("--target <name...>", "what to run on (default: localstack)").choices([...TARGETS]))
    .option("--all", "LocalStack, and MiniStack and moto where they can be installed")
    .option("--endpoint <url>", "an emulator that runs already, for one target", parseUrl)
    .option("--region <region>", "AWS region", "eu-central-1")
    .option("--only <text>", "only cases with this text in their name")
    .option("--keep", "leave the stack and the emulator running, and the files in .fanfare")
    .option("--yes-create-billable-resources", "with --target aws: create resources that cost money")
    .addHelpText("after", HELP)
    .exitOverride();
  const given = command.parse([...argv], { from: "user" }).opts<{
    target?: TargetName[];
    all?: boolean;
    endpoint?: string;
    region: string;
    only?: string;
    keep?: boolean;
    yesCreateBillableResources?: boolean;
  }>();
  const asked = given.target ?? ["localstack"];
  const targets = given.all === true ? [...new Set([...asked, "ministack", "moto"] as const)] : asked;
  if (given.endpoint !== undefined && (targets.length !== 1 || targets[0] === "aws")) {
    command.error("error: --endpoint is for exactly one target, and not for aws", { exitCode: 2 });
  }
  if (targets.includes("aws") && given.yesCreateBillableResources !== true) {
    command.error(
      "error: --target aws creates resources that cost money; add --yes-create-billable-resources to agree",
      { exitCode: 2 },
    );
  }
  return {
    targets,
    optional: new Set(targets.filter((target) => !asked.includes(target))),
    endpoint: given.endpoint,
    region: given.region,
    keep: given.keep === true,
    billable: given.yesCreateBillableResources === true,
    only: given.only,
  };
}

function parseUrl(value: string): string {
  if (!URL.canParse(value)) {
    throw new InvalidArgumentError("give a URL such as http://127.0.0.1:4566");
  }
  return value.replace(/\/$/, "");
}
