/** How to reach a mail server. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** `starttls`: plain first, and nothing is said before it is protected; `tls` from the first byte; `none`. */
  readonly security: "starttls" | "tls" | "none";
  readonly username?: string;
  readonly password?: string;
  /** Sender; absent: the account's name, where that is an address. */
  readonly from?: string;
  /** Certificates to trust besides the system's, PEM. */
  readonly authorities?: readonly string[];
}

/** A mail of plain words. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Longest waits for the server: for the connection, and for each answer, ms. */
const connectMs = 10_000;
const answerMs = 20_000;

/** What is wrong, by the code of the mail package's errors; it names no address of a person. */
const reasons: Readonly<Record<string, string>> = {
  EDNS: "there is no server of this name, or no name can be looked up",
  ECONNECTION: "it does not answer",
  ESOCKET: "it does not answer, or its certificate is not trusted",
  ETIMEDOUT: "it does not answer in time",
  ETLS: "its connection cannot be protected as asked for",
  EAUTH: "it refuses the account or its password",
  ENOAUTH: "it asks for an account and a password",
  EENVELOPE: "it refuses the sender or the receiver",
  EMESSAGE: "it refuses the mail",
};

/** Sends mail by SMTP (RFC 5321), one connection per mail. */
export class SmtpMailer {
  readonly #server: MailServer;

  constructor(server: MailServer) {
    this.#server = server;
  }

  /** @throws one sentence that names the server and what is wrong, and no address of a person. */
  async send({ to, subject, text }: Mail): Promise<void> {
    const { host, port, username, from = username } = this.#server;
    const what = `send mail by "${host}:${port}"`;
    if (from === undefined || !from.includes("@")) {
      throw new Error(`Cannot ${what}: there is no sender, expected features.notifications.smtp.from`);
    }
    const { createTransport } = await import("nodemailer");
    const transport = createTransport({
      ...transportOptions(this.#server),
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    try {
      await transport.sendMail({ from, to, subject, text });
    } catch (cause) {
      const { code = "", responseCode } = cause as { readonly code?: string; readonly responseCode?: number };
      const answer = responseCode === undefined ? "" : ` (SMTP ${responseCode})`;
      throw new Error(`Cannot ${what}: ${reasons[code] ?? `it failed${code === "" ? "" : ` (${code})`}`}${answer}`, {
        cause,
      });
    } finally {
      transport.close();
    }
  }
}

function transportOptions({ host, port, security, username, password, authorities }: MailServer) {
  return {
    host,
    port,
    secure: security === "tls",
    requireTLS: security === "starttls",
    ignoreTLS: security === "none",
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    socketTimeout: answerMs,
    dnsTimeout: connectMs,
    ...(username === undefined ? {} : { auth: { user: username, pass: password ?? "" } }),
    ...(authorities === undefined ? {} : { tls: { ca: [...authorities] } }),
  };
}
