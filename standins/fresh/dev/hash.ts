/** A short name of some content: equal content, equal name. */
export async function hashOf(content: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", content as Uint8Array<ArrayBuffer>);
  return new Uint8Array(digest).toHex().slice(0, 20);
}
