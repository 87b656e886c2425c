/** Something that AWS would do and the local runtime does not, with all resources that it concerns. */
export interface LeftOut {
  /** What: a resource type, or a feature of one. */
  readonly what: string;
  /** What that means for the app. */
  readonly meaning: string;
  /** `Stack/LogicalId`, parameter or export names. */
  readonly names: readonly string[];
}

/** Resources, and kinds of them, in the text of a warning; the rest is counted. */
const MAX_NAMES = 3;
const MAX_SUBJECTS = 3;

/** Collects what is left out: each thing once, however many resources it concerns. */
export class LeftOutList {
  readonly #entries = new Map<string, { what: string; meaning: string; names: Set<string> }>();

  add(what: string, meaning: string, name: string): void {
    const key = `${what}: ${meaning}`;
    const entry = this.#entries.get(key) ?? { what, meaning, names: new Set<string>() };
    entry.names.add(name);
    this.#entries.set(key, entry);
  }

  get entries(): readonly LeftOut[] {
    return [...this.#entries.values()]
      .map(({ what, meaning, names }) => ({ what, meaning, names: [...names].sort() }))
      .sort((left, right) => (sortKey(left) < sortKey(right) ? -1 : 1));
  }
}

function sortKey({ what, meaning }: LeftOut): string {
  return `${what}: ${meaning}`;
}

/**
 * One line for each meaning, so that an app with dozens of left-out resources fills no more than a screen:
 * `AWS::EC2::Subnet, AWS::EC2::VPC: functions run on this machine, outside any VPC (App/Net, App/Vpc)`.
 */
export function leftOutTexts(entries: readonly LeftOut[]): readonly string[] {
  const byMeaning = Map.groupBy(entries, ({ meaning }) => meaning);
  return [...byMeaning].map(([meaning, group]) => {
    const subjects = group.map(({ what }) => what);
    const names = group.flatMap((entry) => entry.names);
    return `${shortened(subjects, MAX_SUBJECTS)}: ${meaning} (${shortened(names, MAX_NAMES)})`;
  });
}

function shortened(items: readonly string[], max: number): string {
  const more = items.length > max ? ` and ${items.length - max} more` : "";
  return items.slice(0, max).join(", ") + more;
}

/** What it means that resources of a service do not exist locally, by the start of the type; the first that matches counts. */
const MEANINGS: readonly (readonly [string, string])[] = [
  ["AWS::ApiGateway::Authorizer", "requests are not authorized"],
  ["AWS::ApiGatewayV2::Authorizer", "requests are not authorized"],
  ["AWS::AppSync::", "no GraphQL API is served"],
  ["AWS::ApplicationAutoScaling::", "nothing is scaled"],
  ["AWS::CertificateManager::", "everything is plain HTTP"],
  ["AWS::CloudFront::", "nothing is distributed; its domain is a placeholder"],
  ["AWS::Cognito::", "nobody signs in; ids are placeholders"],
  ["AWS::EC2::", "functions run on this machine, outside any VPC"],
  ["AWS::ECS::", "no containers run"],
  ["AWS::Kinesis::", "there is no stream; calls to it fail"],
  ["AWS::KinesisFirehose::", "there is no delivery stream; calls to it fail"],
  ["AWS::Logs::SubscriptionFilter", "log lines are not forwarded"],
  ["AWS::RDS::", "no database runs; its host is a placeholder"],
  ["AWS::SecretsManager::", "the secret has a placeholder as its value"],
  ["AWS::StepFunctions::", "no state machine runs; responses to tasks are recorded"],
  ["AWS::", "does not exist locally; what refers to it gets a placeholder"],
  ["Custom::CDKBucketDeployment", "the files are not copied into the bucket"],
  ["Custom::", "its function is not called; its attributes are placeholders"],
];

/** What it means that a resource of this type is left out. */
export function meaningOf(type: string): string {
  const found = MEANINGS.find(([start]) => type.startsWith(start));
  return found?.[1] ?? "does not exist locally; what refers to it gets a placeholder";
}
