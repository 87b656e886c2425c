import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CfnResource } from "aws-cdk-lib";
import { Asset } from "aws-cdk-lib/aws-s3-assets";
import type { Construct, IConstruct } from "constructs";
import type { BundleSettings } from "./bundle-entry.ts";
import { bundle } from "./esbuild.ts";
import { leftOutOf } from "./left-out.ts";

/** One handler to bundle. */
export interface BundleRequest {
  /** The function's construct. */
  readonly scope: Construct;
  /** Absolute path of the entry. */
  readonly entry: string;
  readonly settings: BundleSettings;
  /** The asset, once it is bundled. */
  asset?: Asset;
  /** The resource that names the asset in its metadata. */
  resource?: CfnResource;
}

const bundlers = new WeakMap<IConstruct, Bundler>();

/** The bundler of an app: all its handlers are bundled together when the first is needed, that is at synthesis. */
export class Bundler {
  private readonly requests: BundleRequest[] = [];

  /** The bundler of the app that a construct belongs to. */
  static of(scope: IConstruct): Bundler {
    const known = bundlers.get(scope.node.root);
    if (known !== undefined) return known;
    const created = new Bundler();
    bundlers.set(scope.node.root, created);
    return created;
  }

  add(request: BundleRequest): void {
    this.requests.push(request);
  }

  /** The asset of a handler; bundles every handler that is not bundled yet. */
  assetOf(request: BundleRequest): Asset {
    if (request.asset === undefined) this.bundleAll();
    if (request.asset === undefined) throw new TypeError(`${request.scope.node.path} was not added to the bundler`);
    return request.asset;
  }

  private bundleAll(): void {
    const open = this.requests.filter((request) => request.asset === undefined);
    // What is the same is bundled once.
    const groups = [...Map.groupBy(open, (request) => JSON.stringify(inputOf(request))).values()];
    const outdir = mkdtempSync(join(tmpdir(), "fanfare-bundle-"));
    try {
      const jobs = groups.flatMap(([first], index) =>
        first === undefined ? [] : [{ ...inputOf(first), outdir: join(outdir, String(index)) }],
      );
      bundle(jobs);
      for (const [index, group] of groups.entries()) {
        for (const request of group) createAsset(request, join(outdir, String(index)));
      }
    } finally {
      rmSync(outdir, { recursive: true, force: true });
    }
  }
}

/** Asked for when all sources of the function are known. */
function inputOf({ scope, entry, settings }: BundleRequest): Pick<BundleRequest, "entry" | "settings"> {
  return { entry, settings: { ...settings, define: { ...leftOutOf(scope, settings.keep), ...settings.define } } };
}

/** The asset's constructor copies the directory into the cloud assembly, so it may go afterwards. */
function createAsset(request: BundleRequest, path: string): void {
  request.asset = new Asset(request.scope, "Code", { path, deployTime: true });
  if (request.resource !== undefined) request.asset.addResourceMetadata(request.resource, "Code");
}
