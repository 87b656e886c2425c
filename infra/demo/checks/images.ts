import { Image } from "../../../lambdas/images/image.ts";
import { readObjects } from "../stage/effects.ts";
import type { Stage } from "../stage/stage.ts";
import { differences } from "../tally.ts";
import type { Upload } from "../workload/images.ts";
import { type Check, checkOf } from "./check.ts";

/** Decodes the thumbnails and checks their sizes. */
export async function checkImages({ clients, resource }: Stage, uploads: readonly Upload[]): Promise<Check[]> {
  const objects = await readObjects(clients, resource("Images/Thumbnails"));
  const expected = uploads.flatMap(({ key, thumbnail }) =>
    thumbnail === undefined ? [] : { key: `${key}.png`, ...thumbnail },
  );
  const problems = differences(
    "made",
    expected.map(({ key }) => key),
    objects.map(({ key }) => key),
  );
  const sizes: string[] = [];
  for (const { key, bytes } of objects) {
    const { width, height, mime } = await Image.read(bytes);
    sizes.push(`${width}x${height}`);
    const wanted = expected.find((each) => each.key === key);
    if (mime !== "image/png" || wanted?.width !== width || wanted.height !== height) {
      problems.push(`${key}: ${mime} of ${width}x${height} instead of ${wanted?.width}x${wanted?.height}`);
    }
  }
  return [checkOf("thumbnailer", `${objects.length} thumbnails: ${sizes.sort().join(", ")}`, problems)];
}
