import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CfnResource } from "aws-cdk-lib";
import { Asset } from "aws-cdk-lib/aws-s3-assets";
import type { Construct, IConstruct } from "constructs";
import { FanfareError } from "../../../lib/errors/index.ts";
import type { RecordedBundle } from "../../../lib/names/index.ts";
import { atEntrance, throwMade } from "../checks/index.ts";
import { type BundleJob, bundle, recordBundles } from "./bundle-process.ts";

/** One handler to bundle. */
export interface BundleRequest {
  /** The construct of the function. */
  readonly scope: Construct;
  /** Name of the export that Lambda calls. */
  readonly handler: string;
  /** Returns the events that reach the function; called at synthesis. */
  readonly events: () => readonly string[];
  /** Whether SNS invokes the function; called at synthesis. */
  readonly pushed: () => boolean;
  /** Returns what to bundle; called when all queues of the function are known. */
  readonly job: () => Pick<BundleJob, "entry" | "settings">;
  /** Called with the folder of the bundle, which is removed afterwards. */
  readonly onBundled: (folder: string) => void;
  /** Thrown if the code cannot be bundled. It is made with the function, so that its stack names this line of the user's code. */
  readonly error: FanfareError;
  /** The asset, once it is bundled. */
  asset?: Asset;
  /** The resource whose metadata names the asset. */
  resource?: CfnResource;
}

const bundlers = new WeakMap<IConstruct, Bundler>();

/** The bundler of an app. It bundles all handlers when the first asset is needed, that is at synthesis. */
export class Bundler {
  private readonly requests: BundleRequest[] = [];
  private readonly recorded: RecordedBundle[] = [];

  /** Returns the bundler of the app to which a construct belongs. */
  static of(scope: IConstruct): Bundler {
    const bundler = bundlers.get(scope.node.root) ?? new Bundler();
    bundlers.set(scope.node.root, bundler);
    return bundler;
  }

  add(request: BundleRequest): void {
    this.requests.push(request);
  }

  /** Returns the asset of a handler; bundles every handler that is not bundled yet. */
  assetOf(request: BundleRequest): Asset {
    if (request.asset === undefined) {
      this.bundleAll();
    }
    if (request.asset === undefined) {
      throw new TypeError(`${request.scope.node.path} was not added to the bundler`);
    }
    return request.asset;
  }

  private bundleAll(): void {
    const directory = mkdtempSync(join(tmpdir(), "fanfare-bundle-"));
    const open = this.requests.filter((request) => request.asset === undefined);
    // Equal jobs are bundled once.
    const requestsByJob = Map.groupBy(open, (request) => JSON.stringify(request.job()));
    const outdirOf = (index: number) => join(directory, String(index));
    try {
      const groups = [...requestsByJob].map(([job, requests]) => ({ job: JSON.parse(job), requests }));
      const jobs = groups.map(({ job, requests }, index) => jobOf(requests, job, outdirOf(index)));
      const result = bundle(jobs);
      if (result.failure !== undefined) {
        const { message, field, remedy } = result.failure;
        const [request] = groups[result.failure.job]?.requests ?? [];
        const error = new FanfareError("ConfigurationInvalid", message, { field, remedy });
        throwMade(request?.error ?? error, error);
      }
      for (const [index, { requests }] of groups.entries()) {
        const assets = requests.map((request) => createAsset(request, outdirOf(index)));
        for (const { onBundled } of requests) {
          onBundled(outdirOf(index));
        }
        const folders = new Set(assets.map(({ assetHash }) => `asset.${assetHash}`));
        for (const asset of folders) {
          this.recorded.push({ job: { ...jobs[index] }, asset, sources: result.sources[index] ?? [] });
        }
      }
      recordBundles(this.recorded);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }
}

/** Returns the error of a function whose code cannot be bundled; its stack names the line of the user that is under way. */
export function bundlingError(scope: IConstruct): FanfareError {
  return atEntrance(new FanfareError("ConfigurationInvalid", `cannot bundle the code of ${scope.node.path}`));
}

/** Returns the job of equal requests, with what all of its functions call. */
function jobOf(requests: readonly BundleRequest[], job: ReturnType<BundleRequest["job"]>, outdir: string): BundleJob {
  return {
    ...job,
    outdir,
    // Lambda follows dots into the export: `api.handler`.
    exports: [...new Set(requests.map(({ handler }) => handler.split(".", 1).join()))],
    subscriptions: requests
      .map(({ handler, events, pushed }) => ({ exported: handler, events: events(), pushed: pushed() }))
      .filter(({ events, pushed }) => events.length > 0 || pushed),
    functions: requests.map(({ scope }) => scope.node.path),
  };
}

/** The constructor of the asset copies the directory into the cloud assembly, so the directory can be removed afterwards. */
function createAsset(request: BundleRequest, path: string): Asset {
  const asset = new Asset(request.scope, "Code", { path, deployTime: true });
  request.asset = asset;
  if (request.resource !== undefined) {
    asset.addResourceMetadata(request.resource, "Code");
  }
  return asset;
}
