import { PermanentError } from "fanfare";
import { Image } from "./image.ts";

/**
 * Returns a PNG of at most `size` pixels per side that keeps the proportions of the image. Smaller images keep their size.
 *
 * @throws PermanentError if the bytes are not an image that can be decoded
 */
export async function resize(bytes: Uint8Array, size: number): Promise<Buffer> {
  const image = await Image.read(Buffer.from(bytes)).catch((cause: unknown) => {
    throw new PermanentError("the object is not an image that can be decoded", { cause });
  });
  if (Math.max(image.width, image.height) > size) {
    image.scaleToFit({ w: size, h: size });
  }
  return await image.getBuffer("image/png");
}
