import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, test } from "vitest";

interface Reference {
  readonly Ref: string;
}

/** The properties of alarms and topic policies that these tests read. */
interface Properties {
  readonly AlarmActions: readonly Reference[];
  readonly OKActions: readonly Reference[];
  readonly AlarmDescription: string;
  readonly Topics: readonly Reference[];
  readonly PolicyDocument: unknown;
}

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: Properties }>>;
}

const assembly = inject("assembly");
const templates = readdirSync(assembly)
  .filter((name) => name.endsWith(".template.json"))
  .map((name) => [name, JSON.parse(readFileSync(join(assembly, name), "utf8")) as Template] as const);

function propertiesOf({ Resources }: Template, type: string): Properties[] {
  return Object.values(Resources).flatMap(({ Type, Properties }) => (Type === type ? [Properties] : []));
}

describe("the reference app", () => {
  test("has three stacks", () => {
    expect(templates).toHaveLength(3);
  });

  test.each(templates)("%s: CloudWatch may publish to every topic that an alarm notifies", (_name, template) => {
    const alarms = propertiesOf(template, "AWS::CloudWatch::Alarm");
    expect(alarms.length).toBeGreaterThan(1);
    for (const { AlarmActions, OKActions, AlarmDescription } of alarms) {
      expect(AlarmActions).toHaveLength(1);
      for (const { Ref: topic } of [...AlarmActions, ...OKActions]) {
        const policy = propertiesOf(template, "AWS::SNS::TopicPolicy").find(({ Topics }) =>
          Topics.some(({ Ref }) => Ref === topic),
        );
        expect(policy?.PolicyDocument, AlarmDescription).toMatchObject({
          Statement: expect.arrayContaining([
            expect.objectContaining({
              Effect: "Allow",
              Principal: { Service: "cloudwatch.amazonaws.com" },
              Action: "sns:Publish",
              Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
            }),
          ]),
        });
      }
    }
  });
});
