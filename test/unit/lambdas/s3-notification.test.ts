import type { CodecMessage } from "fanfare";
import { describe, expect, it } from "vitest";
import { s3Notification } from "../../../lambdas/images/s3-notification.ts";

const message: CodecMessage = {
  text: "",
  attributes: {},
  record: {
    messageId: "m-1",
    receiptHandle: "r-1",
    body: "",
    attributes: { ApproximateReceiveCount: "1" },
    messageAttributes: {},
    eventSourceARN: "arn:aws:sqs:eu-central-1:000000000000:images",
  },
};

function notification(key: string, eventName = "ObjectCreated:Put") {
  return {
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion: "eu-central-1",
    eventTime: "2026-11-21T10:00:00.000Z",
    eventName,
    s3: {
      bucket: { name: "uploads", arn: "arn:aws:s3:::uploads" },
      object: { key, size: 1_234, eTag: "d41d8cd98f00b204e9800998ecf8427e", sequencer: "0055AED6DCD90281E5" },
    },
  };
}

describe("s3Notification", () => {
  it("makes an event of a new object, with an identity that a redrive does not change", () => {
    expect(s3Notification({ Records: [notification("photos/cat.png")] }, message)).toEqual([
      {
        event: "ImageUploaded",
        id: "photos/cat.png#0055AED6DCD90281E5",
        source: "arn:aws:s3:::uploads",
        time: "2026-11-21T10:00:00.000Z",
        data: { bucket: "uploads", key: "photos/cat.png", size: 1_234 },
      },
    ]);
  });

  it.each([
    ["spring+sale/M%C3%BCnchen+%26+more.jpg", "spring sale/München & more.jpg"],
    ["a%2Bb.png", "a+b.png"],
  ])("decodes the key %s", (encoded, key) => {
    expect(s3Notification({ Records: [notification(encoded)] }, message)).toMatchObject([{ data: { key } }]);
  });

  it("makes an event of each of several records", () => {
    const body = { Records: [notification("a.png"), notification("b.png")] };
    expect(s3Notification(body, message)).toMatchObject([{ data: { key: "a.png" } }, { data: { key: "b.png" } }]);
  });

  it("ignores the test that S3 sends when a notification is configured", () => {
    expect(s3Notification({ Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "uploads" }, message)).toBeNull();
  });

  it.each([
    ["something else", { hello: "world" }],
    ["a removal", { Records: [notification("cat.png", "ObjectRemoved:Delete")] }],
    ["no record", { Records: [] }],
    ["an upload and a removal", { Records: [notification("a.png"), notification("b.png", "ObjectRemoved:Delete")] }],
    ["text", "hello"],
    ["nothing", null],
  ])("does not know %s", (_what, body) => {
    expect(s3Notification(body, message)).toBeUndefined();
  });
});
