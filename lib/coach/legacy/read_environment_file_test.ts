import assert from "node:assert/strict";
import fc from "fast-check";
import { environmentKey, readEnvironmentFile } from "./read_environment_file.ts";

Deno.test("readEnvironmentFile() reads lines as systemd and python-dotenv do", () => {
  const cases: Readonly<Record<string, string | undefined>> = {
    "COACHIQ_A=plain": "plain",
    "export COACHIQ_A=plain": "plain",
    "  COACHIQ_A =  spaces around  ": "spaces around",
    "COACHIQ_A=with # a comment": "with",
    "COACHIQ_A=with#no-comment": "with#no-comment",
    'COACHIQ_A="two words # no comment"': "two words # no comment",
    "COACHIQ_A='single $x \\n' # comment": "single $x \\n",
    'COACHIQ_A="a \\"quote\\" and \\$x"': 'a "quote" and $x',
    'COACHIQ_A={"house": "can0"}': '{"house": "can0"}',
    "COACHIQ_A=": undefined,
    'COACHIQ_A=""': undefined,
    "# COACHIQ_A=1": undefined,
    "; COACHIQ_A=1": undefined,
    "A=not of this program": undefined,
  };
  for (const [line, expected] of Object.entries(cases)) {
    const { values, problems } = readEnvironmentFile(`${line}\n`, ".env");
    assert.equal(values[0]?.value, expected, line);
    assert.deepEqual(problems, [], line);
  }
});

Deno.test("readEnvironmentFile() takes the later one of a variable, and names both lines", () => {
  const { values, problems } = readEnvironmentFile("COACHIQ_A=1\r\nPORT=2\r\nCOACHIQ_A=3\r\nnonsense\r\n", "x.env");
  assert.deepEqual(values.map(({ key, value, where }) => [key, value, where.line]), [
    ["a", "3", 3],
    ["server.port", "2", 2],
  ]);
  assert.deepEqual(problems.map(({ where, text }) => [where.line, text]), [
    [3, "COACHIQ_A is given twice, on lines 1 and 3: the later one counts"],
    [4, "the line is no NAME=value, it was left out"],
  ]);
});

Deno.test("environmentKey() gives the names of all versions one form", () => {
  const keys: Readonly<Record<string, string | undefined>> = {
    COACHIQ_SERVER__PORT: "server.port",
    COACHIQ_PORT: "server.port",
    PORT: "server.port",
    COACHIQ_NOTIFICATIONS__SMTP__HOST: "notifications.smtp.host",
    COACHIQ_RVC_COACH_MAPPING_PATH: "rvc.coach_mapping_path",
    COACHIQ_J1939_ENABLED: "j1939.enabled",
    CAN_CHANNELS: "can.interfaces",
    PATH: undefined,
    TZ: undefined,
  };
  for (const [name, key] of Object.entries(keys)) assert.equal(environmentKey(name), key, name);
});

Deno.test("readEnvironmentFile() never throws, and says no value in a problem", () => {
  const secret = "hunter2hunter2";
  fc.assert(fc.property(fc.string(), fc.string(), (before, after) => {
    const { problems } = readEnvironmentFile(`${before}\nCOACHIQ_X=${secret}\nCOACHIQ_X=${secret}${after}`, ".env");
    assert.equal(JSON.stringify(problems).includes(secret), false);
  }));
});
