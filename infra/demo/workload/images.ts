import { Image } from "../../../lambdas/images/image.ts";

/** One upload, and the size of its thumbnail; `undefined` for a file that is no image. */
export interface Upload {
  readonly key: string;
  readonly body: Buffer;
  readonly contentType: string;
  readonly thumbnail: { readonly width: number; readonly height: number } | undefined;
}

/** Images of several shapes and formats, and one file that is no image. */
export async function makeUploads(): Promise<Upload[]> {
  return [
    await makeImage("teapot.png", 640, 480, "image/png", { width: 256, height: 192 }),
    await makeImage("spring sale/München & more.jpg", 300, 600, "image/jpeg", { width: 128, height: 256 }),
    await makeImage("icon.png", 64, 32, "image/png", { width: 64, height: 32 }),
    { key: "invoice.png", body: Buffer.from("this is no image"), contentType: "image/png", thumbnail: undefined },
  ];
}

async function makeImage(
  key: string,
  width: number,
  height: number,
  contentType: "image/png" | "image/jpeg",
  thumbnail: Upload["thumbnail"],
): Promise<Upload> {
  const image = new Image({ width, height, color: 0x3366ccff });
  image.scan((x, y, index) => {
    image.bitmap.data[index] = (x * 255) / width;
    image.bitmap.data[index + 1] = (y * 255) / height;
  });
  return { key, body: await image.getBuffer(contentType), contentType, thumbnail };
}
