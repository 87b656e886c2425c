import { type PlainReply, type PlainRequest, serveApi } from "../apis/index.ts";
import { CustomResources, type CustomResourcesOptions, ResponseInbox } from "../custom-resources/index.ts";
import type { Deployment } from "../deploy/index.ts";
import type { CreatedSchedules } from "../events/index.ts";
import { callFunction } from "./call-function.ts";
import type { InvokeResult } from "./invoke-result.ts";

/** What an {@link AppHttp} works with. */
export interface AppHttpOptions {
  readonly deployment: () => Deployment | undefined;
  /** Runs the function of a custom resource. */
  readonly invokeProvider: CustomResourcesOptions["invoke"];
  readonly schedules: () => CreatedSchedules;
  readonly invoke: (target: string, payload: unknown) => Promise<InvokeResult>;
}

/** What the server passes on for the app: requests to its APIs, and responses of its custom resources. */
export class AppHttp {
  readonly inbox = new ResponseInbox();
  readonly customResources: CustomResources;
  readonly #options: AppHttpOptions;

  constructor(options: AppHttpOptions) {
    this.#options = options;
    this.customResources = new CustomResources({ inbox: this.inbox, invoke: options.invokeProvider });
  }

  /** Schedules that the app creates through the API of EventBridge Scheduler. */
  get schedules(): CreatedSchedules {
    return this.#options.schedules();
  }

  /** Answers a request to an API of the app; undefined where no API has this id. */
  serveApi(apiId: string, request: PlainRequest): Promise<PlainReply> | undefined {
    const { deployment, invoke } = this.#options;
    const api = deployment()?.apis.find(({ id }) => id === apiId);
    return api && serveApi(api, request, (functionArn, event) => callFunction({ invoke }, functionArn, event));
  }
}
