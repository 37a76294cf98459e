import assert from "node:assert/strict";
import { mailAccount, startMailServer, unknownReceiver } from "../../tests/fixtures/mail_server.ts";
import { hasOpenssl, testCertificate } from "../../tests/fixtures/test_certificate.ts";
import { type MailServer, SmtpMailer } from "./smtp_mailer.ts";

const ignore = !hasOpenssl();
const skipped = ignore ? " (skipped: openssl is not installed)" : "";
const host = "127.0.0.1";
const mail = { to: "anna@example.net", subject: "Sign in to CoachIQ", text: "Grüße from the coach\n" };

async function withCertificate(body: (tls: { certificate: string; key: string }) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "coachiq-mail-" });
  try {
    await body(testCertificate(folder));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

for (const mode of ["tls", "starttls"] as const) {
  Deno.test(
    { name: `SmtpMailer sends by ${mode}, signed in, with the sender that was set${skipped}`, ignore },
    () =>
      withCertificate(async (tls) => {
        await using server = await startMailServer({ mode, ...tls });
        const authorities = [tls.certificate];
        const place: MailServer = { host, port: server.port, security: mode, authorities, ...mailAccount };
        await new SmtpMailer({ ...place, from: "galley@example.net" }).send(mail);
        const sent = await server.next();
        assert.match(sent, /^From: galley@example\.net\r?$/m);
        assert.match(sent, /^To: anna@example\.net\r?$/m);
        assert.match(sent, /^Subject: Sign in to CoachIQ\r?$/m);
        assert.match(sent, /Gr=C3=BC=C3=9Fe from the coach/);
      }),
  );

  Deno.test(
    { name: `SmtpMailer trusts no certificate that nobody vouches for, by ${mode}${skipped}`, ignore },
    () =>
      withCertificate(async (tls) => {
        await using server = await startMailServer({ mode, ...tls });
        const mailer = new SmtpMailer({ host, port: server.port, security: mode, ...mailAccount });
        await assert.rejects(mailer.send(mail), /^Error: Cannot send mail by "127\.0\.0\.1:\d+": it|its connection/);
        assert.deepEqual(server.mails, []);
      }),
  );
}

Deno.test("SmtpMailer sends nothing unprotected when it was told to protect", async () => {
  await using server = await startMailServer(undefined);
  const mailer = new SmtpMailer({ host, port: server.port, security: "starttls", ...mailAccount });
  await assert.rejects(mailer.send(mail), /: its connection cannot be protected as asked for/);
  assert.deepEqual(server.mails, []);
});

Deno.test("SmtpMailer takes its account for the sender, and says when there is none", async () => {
  await using server = await startMailServer(undefined);
  const place: MailServer = { host, port: server.port, security: "none" };
  await new SmtpMailer({ ...place, ...mailAccount }).send(mail);
  assert.match(await server.next(), /^From: coach@example\.net\r?$/m);
  await assert.rejects(
    new SmtpMailer(place).send(mail),
    /there is no sender, expected features\.notifications\.smtp\.from/,
  );
});

Deno.test("SmtpMailer says what the server refused, and names nobody", async () => {
  await using server = await startMailServer(undefined);
  const place: MailServer = { host, port: server.port, security: "none", ...mailAccount };
  const refusals: readonly (readonly [MailServer, string, RegExp])[] = [
    [{ ...place, password: "wrong" }, mail.to, /: it refuses the account or its password \(SMTP 535\)$/],
    [place, unknownReceiver, /: it refuses the sender or the receiver \(SMTP 550\)$/],
    [{ ...place, port: 1 }, mail.to, /^Error: Cannot send mail by "127\.0\.0\.1:1": it does not answer/],
  ];
  for (const [server, to, message] of refusals) {
    const error = await new SmtpMailer(server).send({ ...mail, to }).catch((error: unknown) => error);
    assert.match(String(error), message);
    assert.doesNotMatch(String(error), /anna|nobody|wrong/);
  }
  assert.deepEqual(server.mails, []);
});
