import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CfnResource } from "aws-cdk-lib";
import { Asset } from "aws-cdk-lib/aws-s3-assets";
import type { Construct, IConstruct } from "constructs";
import { type BundleSettings, bundle } from "./esbuild.ts";

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
    const groups = Map.groupBy(
      this.requests.filter((request) => request.asset === undefined),
      (request) => JSON.stringify(request.settings),
    );
    for (const group of groups.values()) {
      const settings = group[0]?.settings;
      if (settings !== undefined) bundleGroup(group, settings);
    }
  }
}

function bundleGroup(group: readonly BundleRequest[], settings: BundleSettings): void {
  const entries = [...new Set(group.map((request) => request.entry))];
  const outdir = mkdtempSync(join(tmpdir(), "fanfare-bundle-"));
  try {
    bundle(entries, outdir, settings);
    for (const request of group) {
      const path = join(outdir, String(entries.indexOf(request.entry)));
      // The asset's constructor copies the directory into the cloud assembly, so it may go afterwards.
      request.asset = new Asset(request.scope, "Code", { path, deployTime: true });
      if (request.resource !== undefined) request.asset.addResourceMetadata(request.resource, "Code");
    }
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
