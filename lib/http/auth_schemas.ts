import { z } from "@hono/zod-openapi";

/** zod forms of accounts in `lib/wire`. What an account may be is checked where accounts are kept. */

const roleSchema = z.enum(["owner", "family", "guest"]).openapi("Role");
const scopeSchema = z.enum(["look", "control", "owner"])
  .describe("look: read; control: read and command; owner: everything.");
const timeSchema = z.iso.datetime({ offset: true }).describe("ISO 8601");
const username = z.string().min(1).max(100);
const password = z.string().min(1).max(300);
const pin = z.string().regex(/^\d{4,8}$/, "expected 4 to 8 digits");

/** Id of an account, a session or a token. */
export const authParamsSchema = z.object({ id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "this is no id") });

const draft = {
  name: z.string().max(200),
  username,
  email: z.string().max(200).optional(),
  role: roleSchema,
  password: password.optional(),
  pin: pin.nullable().optional().describe("4 to 8 digits; null takes it away."),
  entities: z.array(z.string().max(100)).max(500).readonly().optional().describe("Of a guest: what may be seen."),
  expiresAt: timeSchema.nullable().optional().describe("ISO 8601; null takes it away: the account does not end."),
};

export const accountDraftSchema = z.strictObject(draft).openapi("AccountDraft");
export const accountChangeSchema = z.strictObject({ ...draft, presentPassword: password.optional() }).partial()
  .openapi("AccountChange");
export const setUpRequestSchema = z.strictObject({
  code: z.string().min(1).max(40),
  account: z.strictObject({
    name: draft.name,
    username,
    password,
    email: draft.email,
    pin: pin.optional(),
  }),
}).openapi("SetUp");
export const recoveryRequestSchema = z.strictObject({ code: z.string().min(1).max(40) }).openapi("RecoveryCode");
export const signInRequestSchema = z.union([
  z.strictObject({ username, password }),
  z.strictObject({ username, pin }),
  z.strictObject({ link: z.string().min(1).max(100) }),
]).openapi("SignIn");
export const linkRequestSchema = z.strictObject({ email: z.string().min(3).max(200) }).openapi("LinkRequest");
export const grantRequestSchema = z.union([
  z.strictObject({ username, password }),
  z.strictObject({ refreshToken: z.string().min(1).max(200) }),
]).openapi("GrantRequest");
export const tokenDraftSchema = z.strictObject({
  name: z.string().max(200),
  scope: scopeSchema,
  expiresAt: timeSchema.optional(),
}).openapi("TokenDraft");

export const meSchema = z.object({
  state: z.enum(["setUp", "signedOut", "signedIn", "off"]),
  name: z.string().optional(),
  role: roleSchema.optional(),
  entities: z.array(z.string()).readonly().optional(),
  expiresAt: z.string().optional(),
  mail: z.boolean(),
  pinNames: z.array(z.string()).readonly(),
}).openapi("Me");

export const accountSchema = z.object({
  id: z.string(),
  name: z.string(),
  username: z.string(),
  email: z.string().optional(),
  role: roleSchema,
  hasPin: z.boolean(),
  entities: z.array(z.string()).readonly().optional(),
  createdAt: z.string(),
  expiresAt: z.string().optional(),
  lastSeenAt: z.string().optional(),
  isMe: z.boolean(),
}).openapi("Account");

export const sessionSchema = z.object({
  id: z.string(),
  accountName: z.string(),
  device: z.string(),
  address: z.string(),
  createdAt: z.string(),
  lastSeenAt: z.string(),
  expiresAt: z.string(),
  isThis: z.boolean(),
}).openapi("Session");

export const tokenSchema = z.object({
  id: z.string(),
  name: z.string(),
  scope: scopeSchema,
  hint: z.string(),
  createdAt: z.string(),
  expiresAt: z.string().optional(),
  lastUsedAt: z.string().optional(),
}).openapi("Token");

export const newTokenSchema = z.object({ token: tokenSchema, text: z.string() }).openapi("NewToken");
export const grantSchema = z.object({
  accessToken: z.string(),
  expiresInS: z.number(),
  refreshToken: z.string(),
}).openapi("Grant");
/** What was asked for is done, and there is nothing to say. */
export const doneSchema = z.object({ done: z.literal(true) }).openapi("Done");

type Defined<T> = { readonly [K in keyof T]: Exclude<T[K], undefined> };

/** Leaves out the keys whose value is undefined, as zod answers what was not sent. */
export function definedOnly<T extends object>(value: T): Partial<Defined<T>> & Pick<Defined<T>, RequiredKeys<T>> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as
    & Partial<Defined<T>>
    & Pick<Defined<T>, RequiredKeys<T>>;
}

type RequiredKeys<T> = { [K in keyof T]-?: undefined extends T[K] ? never : K }[keyof T];
