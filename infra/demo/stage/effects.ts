import { type AttributeValue, paginateScan } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import type { Clients } from "fanfare/testing";

/** An object in S3. */
export interface StoredObject {
  readonly key: string;
  readonly bytes: Buffer;
  readonly metadata: Readonly<Record<string, string>>;
}

/** All items of a table. */
export async function readTable(
  { dynamodb }: Clients,
  TableName: string,
): Promise<readonly Record<string, AttributeValue>[]> {
  const items: Record<string, AttributeValue>[] = [];
  for await (const page of paginateScan({ client: dynamodb }, { TableName, ConsistentRead: true })) {
    items.push(...(page.Items ?? []));
  }
  return items;
}

/** All objects of a bucket under a prefix. */
export async function readObjects({ s3 }: Clients, Bucket: string, Prefix = ""): Promise<readonly StoredObject[]> {
  const keys: string[] = [];
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix })) {
    keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
  }
  return await Promise.all(keys.map((key) => readObject({ s3 }, Bucket, key)));
}

async function readObject({ s3 }: Pick<Clients, "s3">, Bucket: string, key: string): Promise<StoredObject> {
  const { Body, Metadata = {} } = await s3.send(new GetObjectCommand({ Bucket, Key: key }));
  return { key, bytes: Buffer.from((await Body?.transformToByteArray()) ?? []), metadata: Metadata };
}

/** A number of an item; 0 where it has none. */
export function numberOf(item: Record<string, AttributeValue>, name: string): number {
  return Number(item[name]?.N ?? 0);
}

/** A string of an item; empty where it has none. */
export function textOf(item: Record<string, AttributeValue>, name: string): string {
  return item[name]?.S ?? "";
}
