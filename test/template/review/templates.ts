import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Metadata?: { readonly "aws:cdk:path"?: string } }>>;
}

/** The templates of a cloud assembly, and the constructs behind their resources. */
export class Templates {
  /** Paths of the templates. */
  readonly files: readonly string[];
  private readonly parsed = new Map<string, Template>();

  constructor(assembly: string) {
    this.files = readdirSync(assembly)
      .filter((name) => name.endsWith(".template.json"))
      .map((name) => join(assembly, name));
    for (const file of this.files) {
      this.parsed.set(basename(file), JSON.parse(readFileSync(file, "utf8")));
    }
  }

  /** Returns the path of the construct of a resource; its logical id if the template does not say it. */
  pathOf(file: string, logicalId: string): string {
    const resource = this.parsed.get(basename(file))?.Resources[logicalId];
    return resource?.Metadata?.["aws:cdk:path"] ?? `${basename(file)}#${logicalId}`;
  }
}
