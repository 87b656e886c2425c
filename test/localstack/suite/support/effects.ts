import { type AttributeValue, DeleteItemCommand, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { ConsumerName, Trial } from "../trial.ts";
import { eventually } from "./eventually.ts";

/** What a consumer has done with one event. */
export interface Effect {
  /** How often it was done. */
  readonly times: number;
  /** The attempt that did it. */
  readonly attempt: number;
  /** Of the text that arrived. */
  readonly sha256: string;
  /** Bytes of the text that arrived. */
  readonly size: number;
}

/** What a consumer has done with an event, if anything. */
export async function readEffect(trial: Trial, consumer: ConsumerName, eventId: string): Promise<Effect | undefined> {
  const item = await readItem(trial, `${consumer}#${eventId}`);
  if (item === undefined) {
    return undefined;
  }
  const number = (name: string) => Number(item[name]?.N ?? Number.NaN);
  return { times: number("times"), attempt: number("attempt"), sha256: item.sha256?.S ?? "", size: number("size") };
}

/** Waits until a consumer has processed an event. */
export async function processed(trial: Trial, consumer: ConsumerName, eventId: string): Promise<Effect> {
  return await eventually(`${consumer} processes ${eventId}`, () => readEffect(trial, consumer, eventId));
}

/** The steps of a subject in the order in which a consumer has processed them. */
export async function readSteps(trial: Trial, consumer: ConsumerName, subject: string): Promise<readonly number[]> {
  const item = await readItem(trial, `${consumer}#${subject}`);
  return (item?.steps?.L ?? []).map(({ N }) => Number(N));
}

/** Makes events of a subject with the behaviour `switch` fail. */
export async function switchOn(trial: Trial, subject: string): Promise<void> {
  const TableName = trial.output("EffectsTableName");
  await trial.clients.dynamodb.send(new PutItemCommand({ TableName, Item: { id: { S: `switch#${subject}` } } }));
}

/** Lets them succeed again. */
export async function switchOff(trial: Trial, subject: string): Promise<void> {
  const TableName = trial.output("EffectsTableName");
  await trial.clients.dynamodb.send(new DeleteItemCommand({ TableName, Key: { id: { S: `switch#${subject}` } } }));
}

async function readItem(trial: Trial, id: string): Promise<Record<string, AttributeValue> | undefined> {
  const { Item } = await trial.clients.dynamodb.send(
    new GetItemCommand({ TableName: trial.output("EffectsTableName"), Key: { id: { S: id } }, ConsistentRead: true }),
  );
  return Item;
}
