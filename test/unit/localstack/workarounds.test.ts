import { describe, expect, it } from "vitest";
import { workaroundsFor } from "../../localstack/cdk/workarounds.ts";
import { FAULTS } from "../../localstack/faults/index.ts";

const TEMPLATE = {
  Resources: {
    Triage: {
      Type: "AWS::SNS::Subscription",
      Properties: {
        RawMessageDelivery: true,
        FilterPolicy: {
          type: ["a", "b"],
          action: [{ "anything-but": ["labeled"] }, { "anything-but": { suffix: "ed" } }],
          sender: [{ "anything-but": { suffix: "[bot]" } }],
        },
      },
    },
    Everything: { Type: "AWS::SNS::Subscription", Properties: { Protocol: "sqs" } },
    Policy: {
      Type: "AWS::S3::BucketPolicy",
      Properties: {
        PolicyDocument: {
          Version: "2012-10-17",
          Statement: [
            { Effect: "Deny", Action: "s3:*", Condition: { Bool: { "aws:SecureTransport": "false" } } },
            { Effect: "Allow", Action: "s3:GetObject", Condition: { Bool: { "aws:SecureTransport": "true" } } },
          ],
        },
      },
    },
    Strict: {
      Type: "AWS::S3::BucketPolicy",
      Properties: { PolicyDocument: { Statement: [{ Effect: "Deny", Action: "s3:*", Condition: {} }] } },
    },
  },
};

const change = (...faults: string[]) => workaroundsFor(new Map(faults.map((id) => [id, id])));

describe("workaroundsFor", () => {
  it("changes nothing where no fault shows, and says nothing", () => {
    const { notes, change: apply } = change("filter-wildcard");
    expect(notes).toEqual([]);
    expect(apply(TEMPLATE)).toEqual(TEMPLATE);
  });

  it("takes suffixes out of filter policies, and nothing else", () => {
    const { notes, change: apply } = change("filter-anything-but-suffix");
    expect(notes).toHaveLength(1);
    expect(apply(TEMPLATE).Resources).toEqual({
      ...TEMPLATE.Resources,
      Triage: {
        Type: "AWS::SNS::Subscription",
        Properties: {
          RawMessageDelivery: true,
          FilterPolicy: { type: ["a", "b"], action: [{ "anything-but": ["labeled"] }] },
        },
      },
    });
  });

  it("takes conditional denials out of bucket policies, and leaves each policy with a statement", () => {
    const { Resources } = change("bucket-policy-conditions-ignored").change(TEMPLATE);
    expect(Resources).toMatchObject({
      Triage: TEMPLATE.Resources.Triage,
      Policy: { Properties: { PolicyDocument: { Statement: [{ Effect: "Allow" }] } } },
      Strict: { Properties: { PolicyDocument: { Statement: [{ Resource: "arn:aws:s3:::none" }] } } },
    });
  });

  it("is for faults that are reproduced", () => {
    const ids = FAULTS.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(["filter-anything-but-suffix", "bucket-policy-conditions-ignored"]));
  });
});
