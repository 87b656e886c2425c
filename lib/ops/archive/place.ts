import { createReadStream, existsSync } from "node:fs";
import { FanfareError } from "../../errors/index.ts";
import type { Cloud } from "../cloud/index.ts";
import { appendLines } from "../files/index.ts";

/** Where letters are archived: a file, or a prefix in S3 (`s3://bucket/prefix`), each call of `write` an object. */
export interface ArchivePlace {
  /** Resolves when the lines are stored. */
  write(lines: readonly string[]): Promise<void>;
  read(): AsyncGenerator<readonly string[]>;
}

/** @throws FanfareError `ConfigurationInvalid` for an S3 address without a bucket */
export function archivePlace(cloud: Cloud, target: string): ArchivePlace {
  if (!target.startsWith("s3://")) {
    return filePlace(target);
  }
  const [, bucket = "", prefix = ""] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(target) ?? [];
  if (bucket === "" || prefix === "") {
    throw new FanfareError("ConfigurationInvalid", `${target} has no bucket or no prefix`, {
      field: "to",
      remedy: "write s3://bucket/prefix",
    });
  }
  return s3Place(cloud, bucket, prefix.replace(/\/$/, ""));
}

function filePlace(file: string): ArchivePlace {
  return {
    async write(lines) {
      // On disk before anything is deleted.
      appendLines(file, lines, { durable: true });
    },
    async *read() {
      if (!existsSync(file)) {
        throw new FanfareError("ConfigurationInvalid", `there is no file ${file}`, {
          field: "file",
          remedy: "name an archive that fanfare dlq archive has written",
        });
      }
      // In parts: an archive may be larger than memory. Not by node:readline, which ends lines at U+2028 too, and letters may have that.
      let torn = "";
      for await (const chunk of createReadStream(file, "utf8")) {
        const lines = `${torn}${chunk}`.split("\n");
        torn = lines.pop() ?? "";
        yield lines.filter(Boolean);
      }
      yield [torn].filter(Boolean);
    },
  };
}

function s3Place(cloud: Cloud, bucket: string, prefix: string): ArchivePlace {
  const run = new Date().toISOString().replaceAll(/[:.]/g, "-");
  let part = 0;
  return {
    async write(lines) {
      const { sdk, call } = await cloud.s3();
      part += 1;
      const command = new sdk.PutObjectCommand({
        Bucket: bucket,
        Key: `${prefix}/${run}-${String(part).padStart(6, "0")}.ndjson`,
        Body: `${lines.join("\n")}\n`,
        ContentType: "application/x-ndjson",
      });
      await call((client, options) => client.send(command, options));
    },
    async *read() {
      const { sdk, call } = await cloud.s3();
      let token: string | undefined;
      do {
        const list = new sdk.ListObjectsV2Command({
          Bucket: bucket,
          Prefix: `${prefix}/`,
          ...(token === undefined ? {} : { ContinuationToken: token }),
        });
        const page = await call((client, options) => client.send(list, options));
        for (const { Key } of page.Contents ?? []) {
          const get = new sdk.GetObjectCommand({ Bucket: bucket, Key });
          const text = await call(async (client, sendOptions) => {
            const response = await client.send(get, sendOptions);
            return (await response.Body?.transformToString()) ?? "";
          });
          yield text.split("\n").filter(Boolean);
        }
        token = page.NextContinuationToken;
      } while (token !== undefined);
    },
  };
}
