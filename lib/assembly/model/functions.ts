import { ENVIRONMENT } from "../../names/index.ts";
import { isJsonObject, objectOf } from "../../std/index.ts";
import type { AssemblyModel } from "./assembly-model.ts";
import type { AssemblyResource } from "./resource.ts";

/** The environment variables of a function, as the template has them. */
function environmentOf({ properties }: AssemblyResource): Readonly<Record<string, unknown>> {
  return objectOf(objectOf(properties.Environment).Variables);
}

/** A queue and the function that receives its messages. */
export interface Mapping {
  readonly mapping: AssemblyResource;
  readonly source: AssemblyResource;
  readonly handler: AssemblyResource;
}

/** The event source mappings whose queue and function are part of the assembly. */
export function mappingsOf(model: AssemblyModel): Mapping[] {
  return model.ofType("AWS::Lambda::EventSourceMapping").flatMap((mapping) => {
    const source = model.referenced(mapping.properties.EventSourceArn, mapping.stack);
    const handler = model.referenced(mapping.properties.FunctionName, mapping.stack);
    return source === undefined || handler === undefined ? [] : [{ mapping, source, handler }];
  });
}

/** A subscription of a topic. */
export interface Subscription {
  readonly subscription: AssemblyResource;
  readonly topic: AssemblyResource;
  /** Undefined where the endpoint is outside the assembly: an e-mail address, a queue of another app. */
  readonly target: AssemblyResource | undefined;
}

export function subscriptionsOf(model: AssemblyModel): Subscription[] {
  return model.ofType("AWS::SNS::Subscription").flatMap((subscription) => {
    const { properties, stack } = subscription;
    const topic = model.referenced(properties.TopicArn, stack);
    return topic === undefined ? [] : [{ subscription, topic, target: model.referenced(properties.Endpoint, stack) }];
  });
}

/** A function and the topic or queue that it publishes to, as the variable `FANFARE_<CONTRACT>_TARGET` says. */
export function publishersOf(model: AssemblyModel): { publisher: AssemblyResource; target: AssemblyResource }[] {
  return model.ofType("AWS::Lambda::Function").flatMap((publisher) =>
    Object.entries(environmentOf(publisher))
      .filter(([name]) => /^FANFARE_.+_TARGET$/.test(name))
      .flatMap(([, value]) => {
        const target = model.referenced(value, publisher.stack);
        return target === undefined ? [] : [{ publisher, target }];
      }),
  );
}
/** The name under which a function claims events, and how. */
interface ConsumerSettings {
  readonly consumer: string | undefined;
  /** The name of the idempotency table, or the reference to it as JSON. Two functions with the same value use the same table. */
  readonly table: string | undefined;
  readonly guarantee: string | undefined;
  readonly retentionSeconds: number | undefined;
}

export function consumerSettingsOf(handler: AssemblyResource): ConsumerSettings {
  const variables = environmentOf(handler);
  const text = (name: string): string | undefined => {
    const value = variables[name];
    return typeof value === "string" ? value : isJsonObject(value) ? JSON.stringify(value) : undefined;
  };
  const retention = Number(text(ENVIRONMENT.idempotencyRetention));
  return {
    consumer: text(ENVIRONMENT.consumer),
    table: text(ENVIRONMENT.idempotencyTable),
    guarantee: text(ENVIRONMENT.guarantee),
    retentionSeconds: Number.isFinite(retention) ? retention : undefined,
  };
}
