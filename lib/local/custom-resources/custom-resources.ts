import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { isJsonObject, type JsonObject, objectOf, parseJson } from "../../std/index.ts";
import { type FunctionConfiguration, type Invocation, isRunnable, RESPONSE_ORIGIN } from "../lambda/index.ts";
import { type ResourceEvent, toEvent } from "./events.ts";
import { CustomResourceFailed, type ResourceResponse, readResponse, toResponse } from "./response.ts";
import type { ResponseInbox } from "./response-inbox.ts";

/** How long a response may take after the function has ended, in milliseconds. CloudFormation waits for an hour. */
const RESPONSE_GRACE_MS = 2_000;

/** Pause between two questions whether a resource is complete, and how many are asked. */
const COMPLETE_POLL_MS = 1_000;
const MAX_COMPLETE_POLLS = 120;

/** Variables of the CDK's provider framework that name the user's functions. */
const ON_EVENT = "USER_ON_EVENT_FUNCTION_ARN";
const IS_COMPLETE = "USER_IS_COMPLETE_FUNCTION_ARN";

/** Finds the configuration of a deployed function by its ARN or name. */
export type FindFunction = (reference: string) => FunctionConfiguration | undefined;

export interface CustomResourcesOptions {
  readonly inbox: ResponseInbox;
  readonly invoke: (configuration: FunctionConfiguration, event: JsonObject) => Promise<Invocation>;
}

/** Calls the functions of custom resources as CloudFormation does, and the CDK's provider framework. */
export class CustomResources {
  readonly #options: CustomResourcesOptions;
  /** Providers by their service tokens: a resource may be deleted when its function is no longer in the template. */
  readonly #providers = new Map<string, { readonly provider: FunctionConfiguration; readonly find: FindFunction }>();

  constructor(options: CustomResourcesOptions) {
    this.#options = options;
  }

  /**
   * Remembers the functions of a deployment. Returns whether the function of this service token can be called.
   *
   * @param find looks up the functions of the deployment
   */
  knows(serviceToken: string, find: FindFunction): boolean {
    const provider = find(serviceToken);
    if (provider !== undefined && isRunnable(provider)) {
      this.#providers.set(serviceToken, { provider, find });
    }
    return this.#providers.has(serviceToken);
  }

  /** @throws CustomResourceFailed with the reason; LocalError for a function that cannot run */
  async run(event: ResourceEvent): Promise<ResourceResponse> {
    const known = this.#providers.get(String(event.properties.ServiceToken));
    if (known === undefined) {
      throw new CustomResourceFailed("its function is not in the app");
    }
    const { provider, find } = known;
    const onEvent = provider.environment[ON_EVENT];
    return onEvent === undefined
      ? this.#runFunction(provider, event)
      : this.#runFramework(provider, onEvent, event, find);
  }

  /** A function that answers by itself. */
  async #runFunction(provider: FunctionConfiguration, event: ResourceEvent): Promise<ResourceResponse> {
    const { inbox, invoke } = this.#options;
    const address = inbox.open();
    try {
      const ended = invoke(provider, toEvent(event, randomUUID(), `${RESPONSE_ORIGIN}${address.path}`)).then(
        async (invocation) => {
          resultOf(invocation);
          // A handler with a callback may still be sending.
          await delay(RESPONSE_GRACE_MS);
          throw new CustomResourceFailed("it has ended without a response to its ResponseURL");
        },
      );
      return readResponse(await Promise.race([address.response, ended]));
    } finally {
      address.close();
    }
  }

  /** Functions that return their answer. Source: CDK API reference, `aws-cdk-lib.custom_resources`, "Provider Framework". */
  async #runFramework(
    { environment }: FunctionConfiguration,
    onEvent: string,
    event: ResourceEvent,
    find: FindFunction,
  ): Promise<ResourceResponse> {
    const request = toEvent(event, randomUUID(), "...");
    const result = objectOf(await this.#call(onEvent, request, find));
    const answer = toResponse(result);
    const physicalResourceId =
      answer.physicalResourceId ?? event.physicalResourceId ?? (event.requestType === "Create" ? randomUUID() : "");
    const isComplete = environment[IS_COMPLETE];
    if (isComplete === undefined) {
      return { ...answer, physicalResourceId };
    }
    for (let poll = 0; poll < MAX_COMPLETE_POLLS; poll += 1) {
      const state = objectOf(
        await this.#call(isComplete, { ...request, ...result, PhysicalResourceId: physicalResourceId }, find),
      );
      if (state.IsComplete === true) {
        return { physicalResourceId, data: { ...answer.data, ...objectOf(state.Data) } };
      }
      await delay(COMPLETE_POLL_MS);
    }
    throw new CustomResourceFailed(`it is not complete after ${(MAX_COMPLETE_POLLS * COMPLETE_POLL_MS) / 1_000} s`);
  }

  async #call(reference: string, event: JsonObject, find: FindFunction): Promise<unknown> {
    const configuration = find(reference);
    if (configuration === undefined) {
      throw new CustomResourceFailed(`no stack of the app has the function ${reference}`);
    }
    const response = resultOf(await this.#options.invoke(configuration, event));
    const result = response === null ? {} : parseJson(response);
    if (result !== undefined && result !== null && !isJsonObject(result)) {
      throw new CustomResourceFailed(`${configuration.functionName} has returned no object`);
    }
    return result;
  }
}

function resultOf(invocation: Invocation): string | null {
  if (invocation.status === "failed") {
    const { errorType, errorMessage } = invocation.error;
    throw new CustomResourceFailed(`${errorType}: ${errorMessage}`);
  }
  return invocation.response;
}
