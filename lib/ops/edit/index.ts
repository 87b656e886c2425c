/** Letters that are corrected by hand, and sent again as new events. */
export { type Correction, correctionOf, editableText, textWithData } from "./corrected.ts";
export { correctionNote, resendCorrected } from "./resend.ts";
