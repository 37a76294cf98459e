import { z } from "zod";
import { key, secretKey } from "./schema_key.ts";

/** Switches a feature on or off. */
function enabled(byDefault: boolean, doc: string) {
  return key(z.boolean().default(byDefault), { doc, who: "owner", reload: "live" });
}

const smtp = z.strictObject({
  host: key(z.string().regex(/^[A-Za-z0-9:.-]{1,253}$/).optional(), {
    doc: "Mail server. Without one no mail is sent.",
    who: "owner",
    reload: "live",
    expected: "the name of a server such as mail.example.net",
  }),
  port: key(z.int().min(1).max(65535).default(587), {
    doc: "Port of the mail server.",
    who: "owner",
    reload: "live",
  }),
  security: key(z.enum(["starttls", "tls", "none"]).default("starttls"), {
    doc: "How the connection is protected: `starttls` (port 587), `tls` (port 465), or `none`.",
    who: "owner",
    reload: "live",
  }),
  username: key(z.string().min(1).max(200).optional(), {
    doc: "Account on the mail server.",
    who: "owner",
    reload: "live",
  }),
  password: secretKey(1, { doc: "Password of that account.", reload: "restart" }),
  from: key(z.string().regex(/^[^\s@<>]{1,64}@[^\s@<>]{1,190}$/).optional(), {
    doc: "Sender of the mails. Where none is set it is the account, if that is an address.",
    who: "owner",
    reload: "live",
    expected: "an address such as coach@example.net",
  }),
}).prefault({});

/** What may be switched off. Core services have no switch. */
export const featuresSection = z.strictObject({
  authentication: z.strictObject({
    enabled: key(z.boolean().default(true), {
      doc: "Accounts. Switching them off is honoured only while `server.host` is an address of this machine alone.",
      who: "installer",
      reload: "restart",
    }),
  }).prefault({}),
  notifications: z.strictObject({
    enabled: enabled(false, "Sends alerts by mail."),
    smtp,
  }).prefault({}),
  system_analytics: z.strictObject({
    enabled: enabled(false, "Looks after the machine and the bus: load, temperature, rates, errors."),
  }).prefault({}),
  predictive_maintenance: z.strictObject({
    enabled: enabled(false, "Counts hours and cycles, and says when something is due."),
  }).prefault({}),
  j1939: z.strictObject({
    enabled: enabled(true, "Reads engine and chassis messages (SAE J1939)."),
  }).prefault({}),
  firefly: z.strictObject({
    enabled: enabled(false, "Knows what Firefly controllers do beyond RV-C."),
  }).prefault({}),
  spartan_k2: z.strictObject({
    enabled: enabled(false, "Knows the messages of Spartan K2 chassis."),
  }).prefault({}),
  mqtt: z.strictObject({
    enabled: enabled(false, "Publishes states on an MQTT server."),
    url: key(z.string().regex(/^(mqtts?|wss?):\/\/[^\s@]{1,253}$/).default("mqtt://127.0.0.1:1883"), {
      doc: "MQTT server.",
      who: "owner",
      reload: "live",
      expected: "an address such as mqtt://127.0.0.1:1883, without name and password",
    }),
  }).prefault({}),
  api_docs: z.strictObject({
    enabled: enabled(true, "The page `/api/docs`."),
  }).prefault({}),
}).prefault({});

/** Accounts and sessions. */
export const authSection = z.strictObject({
  secret_key: secretKey(32, {
    doc: "Root of the keys that the program signs with. Where none is set the program makes one and keeps it in " +
      "`user/signing.key` in the data folder, which its user alone may read and no backup contains. With another one " +
      "programs renew their access by themselves.",
    reload: "restart",
  }),
  jwt_secret: secretKey(32, {
    doc: "Signs the short access tokens of programs, instead of a key made from `auth.secret_key`.",
    reload: "restart",
  }),
  admin_username: key(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/).optional(), {
    doc:
      "Name of the owner account that is made at the start when there is none, for machines without a screen. Needs " +
      "`auth.admin_password`.",
    who: "installer",
    reload: "restart",
    expected: "a name of letters, digits, dots, hyphens and underscores",
  }),
  admin_password: secretKey(12, { doc: "Password of that account.", reload: "restart" }),
  session_days: key(z.int().min(1).max(365).default(30), {
    doc: "How long a phone stays signed in without being used.",
    unit: "days",
    who: "owner",
    reload: "live",
  }),
  access_token_minutes: key(z.int().min(1).max(1440).default(15), {
    doc: "How long an access token of a program is valid before it must be refreshed.",
    unit: "min",
    who: "owner",
    reload: "live",
  }),
  pin_sign_in: key(z.boolean().default(true), {
    doc: "A wall tablet may sign in with a PIN.",
    who: "owner",
    reload: "live",
  }),
}).prefault({});
