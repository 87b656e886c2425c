import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CfnResource } from "aws-cdk-lib";
import { Asset } from "aws-cdk-lib/aws-s3-assets";
import type { Construct, IConstruct } from "constructs";
import { type BundleJob, bundle } from "./bundle-process.ts";

/** One handler to bundle. */
export interface BundleRequest {
  /** The construct of the function. */
  readonly scope: Construct;
  /** Returns the job without its directory; called when all queues of the function are known. */
  readonly job: () => Omit<BundleJob, "outdir">;
  /** The asset, once it is bundled. */
  asset?: Asset;
  /** The resource whose metadata names the asset. */
  resource?: CfnResource;
}

const bundlers = new WeakMap<IConstruct, Bundler>();

/** The bundler of an app. It bundles all handlers when the first asset is needed, that is at synthesis. */
export class Bundler {
  private readonly requests: BundleRequest[] = [];

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
      bundle([...requestsByJob.keys()].map((job, index) => ({ ...JSON.parse(job), outdir: outdirOf(index) })));
      for (const [index, requests] of [...requestsByJob.values()].entries()) {
        for (const request of requests) {
          createAsset(request, outdirOf(index));
        }
      }
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }
}

/** The constructor of the asset copies the directory into the cloud assembly, so the directory can be removed afterwards. */
function createAsset(request: BundleRequest, path: string): void {
  request.asset = new Asset(request.scope, "Code", { path, deployTime: true });
  if (request.resource !== undefined) {
    request.asset.addResourceMetadata(request.resource, "Code");
  }
}
