import { createHash, timingSafeEqual } from "node:crypto";

/** Letters and digits: 62 of them, so each character is worth 5.95 bits. */
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Random text of letters and digits. 22 characters are 131 bits. */
export function randomText(length: number, letters = alphabet): string {
  // Bytes above the last whole multiple would make some letters likelier than others.
  const limit = 256 - 256 % letters.length;
  let text = "";
  while (text.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      if (byte < limit && text.length < length) text += letters[byte % letters.length];
    }
  }
  return text;
}

/** What is kept of a random secret: SHA-256 in hexadecimal. Not for what people choose. */
export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** Whether two hashes are the same, in the same time whatever they are. */
export function isSameHash(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(new TextEncoder().encode(a), new TextEncoder().encode(b));
}
