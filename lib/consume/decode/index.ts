/** From a message's body to a validated event. */
export { type Codec, type CodecEvent, type CodecMessage, type CodecResult, plainJson } from "./codec.ts";
export { type Admit, Decoder, type DecodeSettings } from "./decoder.ts";
export { digestOf } from "./digest.ts";
