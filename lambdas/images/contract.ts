import { defineContract, event } from "fanfare";
import { z } from "zod";

/** The events of the image pipeline. S3 itself sends them, in its own format: see `s3-notification.ts`. */
export const images = defineContract("images", {
  ImageUploaded: event({
    schema: z.object({
      bucket: z.string().min(1),
      key: z.string().min(1),
      size: z.int().nonnegative(),
    }),
  }),
});
