/**
 * A key as S3 writes it in events and in lists with encoding type `url`: the form encoding of its UTF-8 bytes, slashes
 * kept.
 *
 * Source: User Guide, "Event message structure" (`red flower.jpg` becomes `red+flower.jpg`).
 */
export function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replaceAll(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+")
    .replaceAll("%2F", "/");
}
