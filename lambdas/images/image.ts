import { createJimp } from "@jimp/core";
import bmp, { msBmp } from "@jimp/js-bmp";
import gif from "@jimp/js-gif";
import jpeg from "@jimp/js-jpeg";
import png from "@jimp/js-png";
import tiff from "@jimp/js-tiff";
import { methods as resize } from "@jimp/plugin-resize";

/** Jimp with all its formats, and of its plugins the one that is used: the others are half of its code. */
export const Image = createJimp({ formats: [bmp, msBmp, gif, jpeg, png, tiff], plugins: [resize] });
