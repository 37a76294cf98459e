import { randomText } from "./secret_text.ts";

/** Small letters and digits that do not look like each other, for a password that is read from a screen. */
const letters = "abcdefghjkmnpqrstuvwxyz23456789";

/** A random password of 74 bits. */
export function newPassword(): string {
  return Array.from({ length: 3 }, () => randomText(5, letters)).join("-");
}

/** The hash of a password as better-auth keeps it, for the command line, which needs nothing else of it. */
export async function hashPassword(password: string): Promise<string> {
  const crypto = await import("better-auth/crypto");
  return await crypto.hashPassword(password);
}
