import { PermanentError } from "fanfare";
import { Jimp, JimpMime } from "jimp";

/**
 * Makes a PNG of at most `size` pixels on each side, in the image's own proportions; smaller images keep their size.
 *
 * @throws PermanentError for what is not an image: no other try makes one of it
 */
export async function resize(bytes: Uint8Array, size: number): Promise<Buffer> {
  const image = await Jimp.read(Buffer.from(bytes)).catch((cause: unknown) => {
    throw new PermanentError("the object is not an image that can be read", { cause });
  });
  if (Math.max(image.width, image.height) > size) image.scaleToFit({ w: size, h: size });
  return await image.getBuffer(JimpMime.png);
}
